package ualarm.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whose certificates are accepted, as {@code site.<name>.trust} says: the system's issuers, those of a PEM file, or anybody's. */
final class Trust {

    static final String SYSTEM = "system";
    static final String INSECURE = "insecure";

    private final X509ExtendedTrustManager manager;

    /**
     * @param trust {@code system}, {@code insecure} or the path of a PEM file
     * @param folder where a relative path starts
     * @throws GeneralSecurityException when the file holds no certificate
     * @throws IOException when the file cannot be read
     */
    Trust(String trust, Path folder) throws GeneralSecurityException, IOException {
        this.manager = trust.equals(INSECURE) ? new Watcher(Optional.empty()) : issuers(trust, folder);
    }

    /** @return a context that accepts what is trusted, and nothing else */
    SSLContext context() throws GeneralSecurityException {
        return context(manager);
    }

    /** @return a watcher that lets every certificate pass and notes what is wrong with it */
    Watcher watcher() {
        return new Watcher(Optional.of(manager));
    }

    static SSLContext context(X509ExtendedTrustManager manager) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {manager}, null);
        return context;
    }

    private static X509ExtendedTrustManager issuers(String trust, Path folder)
            throws GeneralSecurityException, IOException {
        KeyStore store = null;
        if (!trust.equals(SYSTEM)) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            try (InputStream in = Files.newInputStream(folder.resolve(trust))) {
                for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    store.setCertificateEntry("issuer-" + store.size(), each);
                }
            }
            if (store.size() == 0) {
                throw new CertificateException("it holds no certificate");
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("this Java has no check of certificates"));
    }

    /**
     * Lets every certificate pass. It is the extended kind because only that is spared the JDK's own check of the host name; so
     * the name can be told apart from the issuer.
     */
    static final class Watcher extends X509ExtendedTrustManager {

        private final Optional<X509ExtendedTrustManager> judge;
        private X509Certificate[] chain = new X509Certificate[0];
        private boolean isTrusted;
        private boolean isNamed;

        Watcher(Optional<X509ExtendedTrustManager> judge) {
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
            judge.ifPresent(by -> {
                isTrusted = passes(() -> by.checkServerTrusted(shown, type));
                isNamed = passes(() -> by.checkServerTrusted(shown, type, socket));
            });
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
            chain = shown;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine) {
            chain = shown;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** @return parameters that have the host name compared as for HTTPS */
    static SSLParameters https() {
        var parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }
}
