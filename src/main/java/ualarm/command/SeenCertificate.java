package ualarm.command;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets every certificate pass and notes what is wrong with it. It is the extended kind because only that is spared the JDK's own check
 * of the host name; so the name can be told apart from the issuer.
 */
final class SeenCertificate extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager judge;
    private X509Certificate[] chain = new X509Certificate[0];
    private boolean isTrusted;
    private boolean isNamed;

    /** @param judge knows whose certificates are accepted */
    SeenCertificate(X509ExtendedTrustManager judge) {
        this.judge = judge;
    }

    /** @return the server's own certificate, once it has shown one */
    Optional<X509Certificate> own() {
        return Arrays.stream(chain).findFirst();
    }

    /** @return whether nobody but the server itself vouches for its certificate */
    boolean isSelfSigned() {
        return own().filter(own -> own.getSubjectX500Principal().equals(own.getIssuerX500Principal()))
                .isPresent();
    }

    /** @return whether its issuer is trusted and it is valid */
    boolean isTrusted() {
        return isTrusted;
    }

    /** @return whether it is also made out to the host */
    boolean isNamed() {
        return isNamed;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket) {
        chain = shown;
        isTrusted = passes(() -> judge.checkServerTrusted(shown, type));
        isNamed = passes(() -> judge.checkServerTrusted(shown, type, socket));
    }

    private interface Judgement {
        void pass() throws CertificateException;
    }

    private static boolean passes(Judgement judgement) {
        try {
            judgement.pass();
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine) {
        throw new UnsupportedOperationException();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
