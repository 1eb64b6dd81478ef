package ualarm.setup;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import ualarm.alarm.Text;

/**
 * The certificate that a web server shows, for people to compare with what XProtect's Server Configurator says of it.
 *
 * @param subject whom it is made out to
 * @param issuer who vouches for it
 * @param sha256 its fingerprint: 64 hexadecimal digits in pairs
 * @param until its last day, in UTC
 * @param pem the certificate itself
 */
public record ShownCertificate(String subject, String issuer, String sha256, String until, String pem) {

    static ShownCertificate of(X509Certificate certificate) {
        try {
            byte[] der = certificate.getEncoded();
            String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(der);
            return new ShownCertificate(
                    Text.clean(certificate.getSubjectX500Principal().getName()),
                    Text.clean(certificate.getIssuerX500Principal().getName()),
                    HexFormat.ofDelimiter(":")
                            .withUpperCase()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(der)),
                    certificate
                            .getNotAfter()
                            .toInstant()
                            .atZone(ZoneOffset.UTC)
                            .toLocalDate()
                            .toString(),
                    "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
