package ualarm.command;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import ualarm.alarm.Text;
import ualarm.site.Site;
import ualarm.site.Trust;

/** Looks at the certificate of a site, and says what is wrong with it: a request that fails only tells that something is. */
final class TlsCheck {

    private static final int HANDSHAKE_MILLIS = 3_000;
    private static final Duration EXPIRES_SOON = Duration.ofDays(30);

    private final Site site;
    private final int port;
    private final Clock clock;
    private final Findings findings;
    private final String at;

    TlsCheck(Site site, int port, Clock clock, Findings findings) {
        this.site = site;
        this.port = port;
        this.clock = clock;
        this.findings = findings;
        this.at = "site." + site + ".";
    }

    /** @return a context that accepts what the manager does, and nothing else */
    static SSLContext context(X509ExtendedTrustManager manager) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {manager}, null);
        return context;
    }

    /** @return whether the site can be asked */
    boolean isTrusted() {
        if (!site.url().getScheme().equals("https")) {
            findings.warning(
                    "TLS",
                    site.url() + " is not encrypted: the password goes over the network in clear. Set "
                            + "up a certificate in XProtect and write https:// in " + at + "url.");
            return true;
        }
        try {
            // An IPv6 address stands in brackets in a URL, but not in a certificate.
            String host = site.url().getHost().replaceAll("[\\[\\]]", "");
            X509ExtendedTrustManager trusted = Trust.of(site.trust());
            X509Certificate[] shown = shake();
            return judge(
                    shown[0],
                    // The kind of key exchange is not asked: any is taken (JSSE's word for it is UNKNOWN).
                    passes(() -> trusted.checkServerTrusted(shown, "UNKNOWN")),
                    passes(() -> new DefaultHostnameVerifier().verify(host, shown[0])));
        } catch (IOException e) {
            return fail("no encrypted connection comes about (" + Findings.words(e) + "). Check that port " + port
                    + " speaks HTTPS; if it does not, write http:// in " + at + "url.");
        } catch (GeneralSecurityException e) {
            return fail("the file in " + at + "trust cannot be used (" + Findings.words(e)
                    + "). It must be the issuer's certificate in PEM.");
        }
    }

    private interface Judgement {
        void pass() throws CertificateException, SSLException;
    }

    private static boolean passes(Judgement judgement) {
        try {
            judgement.pass();
            return true;
        } catch (CertificateException | SSLException e) {
            return false;
        }
    }

    /** Lets any certificate pass, because a refused handshake does not tell what is wrong with it. */
    X509Certificate[] shake() throws IOException, GeneralSecurityException {
        String host = site.url().getHost();
        try (Socket raw = Reach.open(host, port)) {
            raw.setSoTimeout(HANDSHAKE_MILLIS);
            SSLContext context = context(Trust.of(Trust.INSECURE));
            try (var tls = (SSLSocket) context.getSocketFactory().createSocket(raw, host, port, true)) {
                tls.startHandshake();
                return (X509Certificate[]) tls.getSession().getPeerCertificates();
            }
        }
    }

    private boolean judge(X509Certificate own, boolean isTrusted, boolean isNamed) {
        boolean isSelfSigned = own.getSubjectX500Principal().equals(own.getIssuerX500Principal());
        Instant from = own.getNotBefore().toInstant();
        Instant until = own.getNotAfter().toInstant();
        Instant now = clock.instant();
        String lastDay = day(until);
        boolean isExpired = now.isAfter(until);
        String renew = "the certificate expired on " + lastDay + ". Renew it in XProtect (Server Configurator)"
                + (isSelfSigned ? "; it is self-signed, so write the new one's PEM file in " + at + "trust" : "")
                + ".";
        if (site.trust().equals(Trust.INSECURE)) {
            findings.warning(
                    "TLS",
                    "the certificate is not checked (" + at + "trust=insecure)"
                            + (isExpired ? "; it expired on " + lastDay : "")
                            + ". Write the PEM file of its issuer there.");
        } else if (isExpired && isTrusted && isNamed) {
            findings.warning("TLS", renew);
        } else if (isExpired) {
            return fail(renew);
        } else if (now.isBefore(from)) {
            return fail("the certificate is not valid before " + day(from)
                    + ". Check the clock of this machine, or have the certificate issued anew.");
        } else if (!isTrusted && isSelfSigned) {
            return fail(
                    "the certificate is self-signed, so nobody vouches for it. Export it as PEM and name the file in "
                            + at + "trust, or install one of your own issuer in XProtect.");
        } else if (!isTrusted) {
            return fail("the certificate's issuer ("
                    + Text.clean(own.getIssuerX500Principal().getName())
                    + ") is not trusted here. Export the issuer's certificate as PEM and name the file in " + at
                    + "trust.");
        } else if (!isNamed) {
            return fail("the certificate is not made out to " + site.url().getHost() + " but to "
                    + Text.clean(own.getSubjectX500Principal().getName())
                    + ". Write the host name that it has in " + at + "url, or have one issued for this name.");
        } else if (now.plus(EXPIRES_SOON).isAfter(until)) {
            findings.warning("TLS", "the certificate expires on " + lastDay + ". Renew it in XProtect before.");
        } else {
            findings.ok("TLS", "the certificate is trusted and valid until " + lastDay + ".");
        }
        return true;
    }

    private boolean fail(String message) {
        findings.fail("TLS", message);
        return false;
    }

    private static String day(Instant time) {
        return time.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }
}
