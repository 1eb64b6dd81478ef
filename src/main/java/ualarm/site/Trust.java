package ualarm.site;

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
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whose certificates are accepted: the system's issuers, those of a PEM file and no others, or anybody's. */
public final class Trust {

    /** The system's issuers. */
    public static final String SYSTEM = "system";

    /** Anybody's. */
    public static final String INSECURE = "insecure";

    private Trust() {}

    /**
     * @param trust {@link #SYSTEM}, {@link #INSECURE} or the path of a PEM file
     * @return accepts what is trusted
     * @throws GeneralSecurityException when the file holds no certificate
     * @throws IOException when the file cannot be read
     */
    public static X509ExtendedTrustManager of(String trust) throws GeneralSecurityException, IOException {
        return switch (trust) {
            case SYSTEM -> issuers(null);
            case INSECURE -> new Anybody();
            default -> issuers(read(Path.of(trust)));
        };
    }

    private static KeyStore read(Path pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("issuer-" + store.size(), each);
            }
        }
        if (store.size() == 0) {
            throw new CertificateException("it holds no certificate");
        }
        return store;
    }

    private static X509ExtendedTrustManager issuers(KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("this Java has no check of certificates"));
    }

    /** The extended kind, because only that is spared the JDK's own check of the host name. */
    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine) {}

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
}
