package ualarm.milestone;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Undelivered;
import ualarm.site.Site;
import ualarm.site.Sites;

/**
 * Where each site's requests go. The address that the installer typed comes first; when it answers 502, 503 or not at all, another of
 * the site's API Gateways takes its place (milestone-api.md 1), and keeps it until it fails in turn.
 */
public final class Gateways {

    private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);

    /** Our paths begin with this wherever the gateway is. */
    private static final String API = "/api";

    /** Property: the endpoint that a request goes to. */
    private static final String ENDPOINT = "xprotect";

    /** It answers within 10 s, or not at all; whatever it answers is looked at. */
    private static final String OPTIONS = "?timeout=10000&throwExceptionOnFailure=false&webClientOptions=#bean:web-";

    private final Map<String, Choices> bySite = new LinkedHashMap<>();

    /** A gateway: its address, and what of our paths its address has already. */
    private record Gateway(URI url, String has) {}

    /** @param sites all sites */
    public Gateways(Sites sites) {
        sites.all().forEach(site -> bySite.put(site.name(), new Choices(site)));
    }

    /**
     * Turns a request to its gateway, or to the management server when its path is not the gateway's.
     *
     * @param exchange the request; gets the property {@code xprotect}, the endpoint to send it to
     */
    public void address(Exchange exchange) {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
        Choices choices = choices(exchange);
        Gateway gateway = path.startsWith(API + "/") ? choices.current() : choices.typed;
        exchange.setProperty(ENDPOINT, endpoint(choices.site, gateway.url()));
        exchange.getMessage()
                .setHeader(Exchange.HTTP_PATH, path.substring(gateway.has().length()));
    }

    /**
     * Turns a request to the event server, which takes analytics XML.
     *
     * @param exchange the request; gets the property {@code xprotect}, the endpoint to send it to
     */
    public void addressEventServer(Exchange exchange) {
        exchange.setProperty(ENDPOINT, "vertx-http:" + choices(exchange).site.eventServer() + OPTIONS + "events");
    }

    private static String endpoint(Site site, URI url) {
        return "vertx-http:" + url + OPTIONS + url.getScheme() + "-" + site.name();
    }

    /**
     * Looks whether the gateway behind an answer lives.
     *
     * @param exchange the answer
     */
    public void answered(Exchange exchange) {
        int status = Answers.status(exchange);
        if (status == 502 || status == 503) {
            choices(exchange).leave(endpointOf(exchange));
        }
    }

    /**
     * A request got no answer: the next one goes to another gateway, if there is one. A login that failed before it is none of this
     * gateway's.
     *
     * @param exchange the request
     */
    public void unanswered(Exchange exchange) {
        if (!(exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof Undelivered)) {
            choices(exchange).leave(endpointOf(exchange));
        }
    }

    private static String endpointOf(Exchange exchange) {
        return exchange.getProperty(ENDPOINT, "", String.class);
    }

    /**
     * Takes the addresses that XProtect names.
     *
     * @param site the site's name
     * @param named the addresses of its gateways
     * @param typedIsOne whether the address that the installer typed is a gateway's, too
     */
    public void learn(String site, List<String> named, boolean typedIsOne) {
        bySite.get(site).learn(named, typedIsOne);
    }

    private Choices choices(Exchange exchange) {
        return bySite.get(Answers.siteName(exchange));
    }

    private static final class Choices {
        private final Site site;
        private final Gateway typed;
        private List<Gateway> all;
        private int current;

        Choices(Site site) {
            this.site = site;
            this.typed = new Gateway(site.url(), "");
            this.all = List.of(typed);
        }

        synchronized Gateway current() {
            return all.get(current);
        }

        synchronized void leave(String endpoint) {
            if (all.size() > 1 && endpoint.equals(endpoint(site, current().url()))) {
                URI left = current().url();
                current = (current + 1) % all.size();
                LOG.warn(
                        "{}: the API Gateway at {} does not answer, {} is tried",
                        site,
                        left,
                        current().url());
            }
        }

        synchronized void learn(List<String> named, boolean typedIsOne) {
            Gateway now = current();
            var learned = new ArrayList<Gateway>();
            learned.add(typed);
            named.stream()
                    .flatMap(address -> url(address).stream())
                    .filter(url -> learned.stream().noneMatch(known -> sameServer(known.url(), url)))
                    .forEach(url -> learned.add(new Gateway(url, API)));
            if (!typedIsOne && learned.size() > 1) {
                learned.remove(typed);
            }
            all = List.copyOf(learned);
            current = Math.max(0, all.indexOf(now));
        }

        /** A token must not go over the wire in clear because an answer says so. */
        private Optional<URI> url(String address) {
            try {
                URI url = URI.create(address.replaceFirst("/+$", ""));
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
