package ualarm.command;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import ualarm.site.Settings;
import ualarm.site.Site;

/** Parts of {@code check}, each by itself, for settings that are just being typed. */
public final class LiveChecks {

    private LiveChecks() {}

    /**
     * Looks whether a site's web server is found, can be connected to, and has a certificate that is trusted.
     *
     * @param site the site; user and password do not matter
     * @return what was found; the last one fails where the server cannot be asked
     */
    public static List<Finding> address(Site site) {
        var findings = new Findings("");
        siteCheck(site, findings).isReached();
        return findings.all();
    }

    /**
     * @param site the site
     * @return the certificates that its web server shows, its own first
     * @throws IOException when no encrypted connection comes about
     */
    public static List<X509Certificate> certificates(Site site) throws IOException {
        try {
            return List.of(siteCheck(site, new Findings("")).tls().shake());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /**
     * Looks whether the mail relay takes mail for a site's recipients; none is sent.
     *
     * @param settings the settings with the relay
     * @param site the site
     * @return what was found
     */
    public static List<Finding> relay(Settings settings, Site site) {
        var findings = new Findings("");
        new RelayCheck(settings.relay(), findings).run(List.of(site));
        return findings.all();
    }

    private static SiteCheck siteCheck(Site site, Findings findings) {
        return new SiteCheck(
                site,
                Clock.systemUTC(),
                () -> {
                    throw new IllegalStateException();
                },
                List::of,
                Optional.empty(),
                findings);
    }
}
