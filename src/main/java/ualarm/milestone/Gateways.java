package ualarm.milestone;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * Where each site's requests go. The address that the installer typed comes first; when it answers 502, 503 or not at all, another of
 * the site's API Gateways takes its place (milestone-api.md 1), and keeps it until it fails in turn.
 */
public final class Gateways {

    private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);

    /** Our paths begin with this, and so does what follows it in a gateway's own address. */
    private static final String API = "/api";

    /** It is connected to within 3 s and begins to answer within 10 s, or not at all; whatever it answers is looked at. */
    private static final String OPTIONS = "?connectTimeout=3000&responseTimeout=10000&connectionRequestTimeout=3000"
            + "&connectionsPerRoute=64&maxTotalConnections=64&throwExceptionOnFailure=false&copyHeaders=false"
            + "&userAgent=ualarm-milestone-connector&httpClientConfigurer=#httpLimits";

    private final Sites sites;
    private final Function<String, Endpoint> endpoints;
    private final Map<String, Endpoint> byAddress = new ConcurrentHashMap<>();
    private final Map<String, Choices> bySite = new LinkedHashMap<>();

    /**
     * @param sites all sites
     * @param endpoints makes a Camel endpoint of its address
     */
    Gateways(Sites sites, Function<String, Endpoint> endpoints) {
        this.sites = sites;
        this.endpoints = endpoints;
        sites.all().forEach(site -> bySite.put(site.name(), new Choices(site)));
    }

    /**
     * Says where a request goes: to the gateway in use, or to the management server when its path is not the gateway's.
     *
     * @param site the site's name
     * @param path the request's path
     * @return the endpoint
     */
    public Endpoint endpoint(@Variable("site") String site, @Header(Exchange.HTTP_PATH) String path) {
        Choices choices = bySite.get(site);
        URI url = path.startsWith(API + "/") ? choices.current() : choices.site.url();
        return byAddress.computeIfAbsent(address(choices.site, url), endpoints);
    }

    /**
     * @param site the site's name
     * @return the address of the gateway in use
     */
    URI inUse(String site) {
        return bySite.get(site).current();
    }

    /**
     * @param site the site's name
     * @return the endpoint of its event server, which takes analytics XML; each event has a connection of its own, as in the official
     *     sample (milestone-api.md 6.1)
     */
    public Endpoint eventServer(@Variable("site") String site) {
        return byAddress.computeIfAbsent(
                sites.site(site).eventServer() + "/" + OPTIONS + "&connectionClose=true", endpoints);
    }

    private static String address(Site site, URI url) {
        String trust = url.getScheme().equals("https")
                ? switch (site.trust()) {
                    case "system" -> "";
                    case "insecure" -> "&sslContextParameters=#trust-" + site + "&x509HostnameVerifier=#anyName";
                    default -> "&sslContextParameters=#trust-" + site;
                }
                : "";
        return url + OPTIONS + trust;
    }

    /**
     * Looks whether the gateway behind an answer lives.
     *
     * @param site the site's name
     * @param status the answer's status
     * @param asked the endpoint that gave it
     */
    public void answered(
            @Variable("site") String site, @Variable(Answers.STATUS) int status, @Variable("xprotect") Endpoint asked) {
        if (status == 502 || status == 503) {
            unanswered(site, asked);
        }
    }

    /**
     * A request got no answer: the next one goes to another gateway, if there is one.
     *
     * @param site the site's name
     * @param asked the endpoint that gave none
     */
    public void unanswered(@Variable("site") String site, @Variable("xprotect") Endpoint asked) {
        Choices choices = bySite.get(site);
        choices.leave(url -> byAddress.get(address(choices.site, url)) == asked);
    }

    /**
     * Takes the addresses that XProtect names.
     *
     * @param site the site's name
     * @param uris what a well-known address told; where none did, the management server is down perhaps, and those known before still
     *     stand in
     * @param typedIsGateway whether the address that the installer typed is a gateway's, too; it is when that was not asked
     */
    public void learn(
            @Variable("site") String site,
            @Variable("uris") Uris uris,
            @Variable("typedIsGateway") Boolean typedIsGateway) {
        if (uris != null) {
            learn(site, uris.gateways().orElse(List.of()), !Boolean.FALSE.equals(typedIsGateway));
        }
    }

    void learn(String site, List<String> named, boolean typedIsGateway) {
        bySite.get(site).learn(named, typedIsGateway);
    }

    private static final class Choices {
        private final Site site;
        private List<URI> all;
        private int current;

        Choices(Site site) {
            this.site = site;
            this.all = List.of(site.url());
        }

        synchronized URI current() {
            return all.get(current);
        }

        synchronized void leave(Predicate<URI> isAsked) {
            if (all.size() > 1 && isAsked.test(current())) {
                URI left = current();
                current = (current + 1) % all.size();
                LOG.warn("{}: the API Gateway at {} does not answer, {} is tried", site, left, current());
            }
        }

        synchronized void learn(List<String> named, boolean typedIsGateway) {
            URI now = current();
            var learned = new ArrayList<URI>();
            learned.add(site.url());
            named.stream()
                    .flatMap(address -> url(address).stream())
                    .filter(url -> learned.stream().noneMatch(known -> sameServer(known, url)))
                    .forEach(learned::add);
            if (!typedIsGateway && learned.size() > 1) {
                learned.remove(site.url());
            }
            all = List.copyOf(learned);
            current = Math.max(0, all.indexOf(now));
        }

        /** A token must not go over the wire in clear because an answer says so. */
        private Optional<URI> url(String address) {
            try {
                // Paths are matched in any case (milestone-api.md 0).
                URI url = URI.create(address.replaceFirst("/+$", "").replaceFirst("(?i)" + API + "$", ""));
                boolean https = "https".equals(url.getScheme());
                boolean usable = url.getHost() != null && (https || "http".equals(url.getScheme()) && !isEncrypted());
                return usable ? Optional.of(url) : Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        private boolean isEncrypted() {
            return site.url().getScheme().equals("https");
        }

        private static boolean sameServer(URI a, URI b) {
            return a.getScheme().equals(b.getScheme())
                    && a.getHost().equalsIgnoreCase(b.getHost())
                    && port(a) == port(b);
        }

        private static int port(URI url) {
            return url.getPort() > 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
        }
    }
}
