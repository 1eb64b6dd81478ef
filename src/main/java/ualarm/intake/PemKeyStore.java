package ualarm.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import ualarm.site.SettingsException;

/** Makes of two PEM files what Camel needs to serve HTTPS. */
public final class PemKeyStore {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /** Guards a key store that only ever is in memory. */
    private static final String PASSWORD = "in-memory";

    private PemKeyStore() {}

    /**
     * @param certificate PEM file with the certificate and its chain
     * @param key PEM file with its private key, PKCS 8, not encrypted
     * @return the parameters of the alarm port
     * @throws SettingsException when one of them cannot be used
     */
    public static SSLContextParameters read(Path certificate, Path key) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("alarm", privateKey(key), PASSWORD.toCharArray(), chain(certificate));
            var storeParameters = new KeyStoreParameters();
            storeParameters.setKeyStore(store);
            var keys = new KeyManagersParameters();
            keys.setKeyStore(storeParameters);
            keys.setKeyPassword(PASSWORD);
            var parameters = new SSLContextParameters();
            parameters.setKeyManagers(keys);
            return parameters;
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingsException(List.of("alarm.tls.certificate and alarm.tls.key cannot be used ("
                    + e.getMessage() + "). Write two PEM files, the key as PKCS 8 without a password."));
        }
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(Certificate[]::new);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        var pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new GeneralSecurityException("the key file has no BEGIN PRIVATE KEY");
        }
        var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (GeneralSecurityException notRsa) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }
}
