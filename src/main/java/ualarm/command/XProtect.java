package ualarm.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import ualarm.alarm.Text;
import ualarm.milestone.Camera;
import ualarm.milestone.CameraPage;
import ualarm.milestone.CameraPages;
import ualarm.site.Secret;
import ualarm.site.Site;

/** A site's XProtect, asked a question at a time. A command has no routes running; it asks directly, and does not ask twice. */
final class XProtect {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(4);
    private static final int NOT_FOUND = 404;

    private final Site site;
    private final HttpClient http;
    private URI api;
    private Secret token = Secret.NONE;
    private String version = "";
    private boolean hasGateway;
    private boolean isNamed;

    /**
     * @param site the site
     * @param folder where a relative path in its settings starts
     * @throws GeneralSecurityException when the file that {@code trust} names holds no certificate
     * @throws IOException when that file cannot be read
     */
    XProtect(Site site, Path folder) throws GeneralSecurityException, IOException {
        this.site = site;
        this.api = URI.create(site.url() + "/api");
        // No redirects: a token must not follow one.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .sslContext(new Trust(site.trust(), folder).context())
                .build();
    }

    /**
     * Asks where the API Gateways are and which version it is (milestone-api.md 1).
     *
     * @return the first answer
     * @throws IOException when there is none
     */
    Answer discover() throws IOException {
        Answer first = get(URI.create(site.url() + "/api/.well-known/uris"));
        learn(first);
        if (isNamed) {
            hasGateway = true;
            return first;
        }
        Answer management = get(URI.create(site.url() + "/ManagementServer/.well-known/uris"));
        learn(management);
        if (version.isEmpty()) {
            Answer provider = get(URI.create(site.url() + "/IDP/.well-known/openid-configuration"));
            version = provider.isGood()
                    ? Text.clean(provider.json().path("server_version").asText())
                    : "";
        }
        // A gateway refuses this without a token; what is none does not have the address.
        hasGateway = get(URI.create(site.url() + "/api/rest/v1/sites")).status() != NOT_FOUND;
        if (!hasGateway && isNamed) {
            gateway(management).ifPresent(named -> {
                api = named;
                hasGateway = true;
            });
        }
        return first;
    }

    private void learn(Answer answer) {
        isNamed = answer.isGood() && answer.json().has("ProductVersion");
        if (isNamed) {
            version = Text.clean(answer.json().path("ProductVersion").asText());
        }
    }

    /** A password must not go over the wire in clear because an answer says so. */
    private Optional<URI> gateway(Answer answer) {
        return StreamSupport.stream(answer.json().path("ApiGateways").spliterator(), false)
                .map(JsonNode::asText)
                .map(address -> address.replaceFirst("/+$", ""))
                .filter(address -> address.startsWith(site.url().getScheme() + ":") || address.startsWith("https:"))
                .map(URI::create)
                .findFirst();
    }

    /** @return its version as it writes it; empty when it does not tell */
    String version() {
        return version;
    }

    /** @return whether it has an API Gateway, without which nothing but its version can be asked */
    boolean hasGateway() {
        return hasGateway;
    }

    /**
     * Logs in by the password grant (milestone-api.md 2.1).
     *
     * @return the answer; when it was good, what follows is asked with its token
     * @throws IOException when there is none
     */
    Answer logIn() throws IOException {
        Answer answer = send(HttpRequest.newBuilder(URI.create(api + "/idp/connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofByteArray(form())));
        token = new Secret(answer.isGood() ? answer.json().path("access_token").asText() : "");
        return answer;
    }

    private byte[] form() {
        return ("grant_type=password&client_id=GrantValidatorClient&username="
                        + URLEncoder.encode(site.username(), StandardCharsets.UTF_8) + "&password="
                        + URLEncoder.encode(site.password().reveal(), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @return whether the login has brought a token */
    boolean isLoggedIn() {
        return !token.isEmpty();
    }

    /**
     * Says why a login failed and what to do (milestone-api.md 2.3).
     *
     * @param answer the answer to it
     * @return the reason and the remedy
     */
    String whyNoLogin(Answer answer) {
        String user = site.username();
        String password = "site." + site + ".password";
        String code = answer.json().path("error_code").asText();
        if (code.equals("LockedOut")) {
            return user
                    + " is locked out after too many wrong passwords (LockedOut). Unlock the user in Management Client, or wait;"
                    + " then correct " + password + " before the connector starts.";
        } else if (code.equals("ChangePassword")) {
            return "the password of " + user
                    + " must be changed (ChangePassword). Set a new one in Management Client under Security, Basic Users, and write it in "
                    + password + ".";
        } else if (code.equals("InvalidCredentials") || answer.status() == 401) {
            return "user name or password is wrong (InvalidCredentials). Correct site." + site + ".username and "
                    + password + "; it must be a basic user of XProtect, not a Windows user.";
        } else if (answer.status() >= 500) {
            return answer.said()
                    + ". Its identity provider or API Gateway is down or restarting: look at its services.";
        }
        return answer.said() + (answer.isGood() ? " without a token" : "") + ". Check that site." + site
                + ".url is XProtect's address.";
    }

    /**
     * Asks the API Gateway.
     *
     * @param resource what to read, such as {@code cameras}
     * @return the answer
     * @throws IOException when there is none
     */
    Answer read(String resource) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(api + "/rest/v1/" + resource))
                .header("Authorization", "Bearer " + token.reveal()));
    }

    /** Cameras, or the answer that kept them from being listed. */
    record CameraList(List<Camera> cameras, Answer last) {}

    /**
     * Lists all cameras that the user may see.
     *
     * @return the cameras
     * @throws IOException when there is no answer
     */
    CameraList cameras() throws IOException {
        var pages = new CameraPages(site.name());
        Answer answer;
        do {
            answer = read("cameras?" + pages.query());
            if (answer.hasList()) {
                pages.take(answer.list().stream()
                        .map(each -> new CameraPage.Item(
                                Optional.of(each.path("id").asText()),
                                Optional.of(each.path("name").asText()),
                                Optional.of(each.path("displayName").asText())))
                        .toList());
            }
        } while (answer.hasList() && pages.more());
        return new CameraList(pages.cameras(), answer);
    }

    private Answer get(URI address) throws IOException {
        return send(HttpRequest.newBuilder(address));
    }

    private Answer send(HttpRequest.Builder request) throws IOException {
        try {
            var answer = http.send(
                    request.timeout(ANSWER)
                            .header("User-Agent", "ualarm-milestone-connector")
                            .build(),
                    BodyHandlers.ofByteArray());
            return new Answer(
                    answer.statusCode(),
                    answer.headers().firstValue("Date").orElse(""),
                    Text.clean(answer.headers().firstValue("Location").orElse("")),
                    answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the check was ended", e);
        }
    }
}
