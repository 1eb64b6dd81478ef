package ualarm.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ualarm.routes.RouteFile;
import ualarm.simulator.Fault;
import ualarm.simulator.Release;
import ualarm.simulator.RequestLine;
import ualarm.site.Edition;

/**
 * A test as its file says it (docs/testing-routes.md).
 *
 * @param file the file as it is shown
 * @param name what it shows
 * @param ground what the connector runs with
 * @param troubles what goes wrong once it runs
 * @param posts what is posted to it
 * @param expected what is to come of it
 */
public record TestCase(
        String file, String name, Ground ground, Troubles troubles, List<Post> posts, Expected expected) {

    /**
     * What a connector is started with; tests of the same may share one.
     *
     * @param release XProtect's release
     * @param edition XProtect's edition
     * @param events names of the analytics events that XProtect has beside {@code U-Alarm}
     * @param hasDefinition whether XProtect raises an alarm itself
     * @param settings settings of the test's own
     * @param settingsLine where they stand, from 1 on
     * @param routes route files beside those in the folder
     * @param edits lines that are written into files of routes
     */
    record Ground(
            Release release,
            Edition edition,
            List<String> events,
            boolean hasDefinition,
            Map<String, String> settings,
            int settingsLine,
            List<RouteFile> routes,
            List<Edit> edits) {

        /** @return what two tests must have in common to share a connector */
        Object key() {
            return List.of(release, edition, events, hasDefinition, settings, routes, edits);
        }
    }

    /**
     * A line that an integrator writes into a file of routes.
     *
     * @param file the file
     * @param before the first line that begins with this, blanks aside, comes after it
     * @param text what is written, indented as that line
     * @param line where it stands in the test, from 1 on
     */
    record Edit(String file, String before, String text, int line) {

        /**
         * @param files files of routes
         * @return the same with this line in the file that it is for; one that has it already stays as it is
         * @throws IllegalStateException when there is no such file, or no such line in it
         */
        List<RouteFile> in(List<RouteFile> files) {
            if (files.stream().noneMatch(each -> each.name().equals(file))) {
                throw new IllegalStateException("There is no file " + file + " to edit, as line " + line + " says.");
            }
            return files.stream()
                    .map(each -> each.name().equals(file) ? new RouteFile(file, edited(each.text())) : each)
                    .toList();
        }

        private String edited(String routes) {
            if (routes.lines().anyMatch(each -> each.strip().equals(text.strip()))) {
                return routes;
            }
            Matcher place = Pattern.compile("(?m)^( *)" + Pattern.quote(before)).matcher(routes);
            if (!place.find()) {
                throw new IllegalStateException(
                        "No line of " + file + " begins with " + before + ", as line " + line + " says.");
            }
            return routes.substring(0, place.start())
                    + text.strip().indent(place.group(1).length())
                    + routes.substring(place.start());
        }
    }

    /**
     * What goes wrong once the connector has read the site.
     *
     * @param isDown whether XProtect breaks every connection
     * @param isTokenExpired whether XProtect no longer knows the connector's token
     * @param xprotect how XProtect fails
     * @param server how the server of {@code ${server}} fails
     */
    record Troubles(boolean isDown, boolean isTokenExpired, List<Fault> xprotect, List<Fault> server) {

        /** @return whether they pass and nothing is learnt from them: a new token, a server that could not answer a few times */
        boolean isPassing() {
            return !isEndless()
                    && Stream.concat(xprotect.stream(), server.stream())
                            .allMatch(each -> each.kind() == Fault.Kind.ANSWER && each.status() >= 500);
        }

        /** @return whether something may never be delivered */
        boolean isEndless() {
            return isDown
                    || Stream.concat(xprotect.stream(), server.stream()).anyMatch(each -> each.times() == Fault.ALWAYS);
        }
    }

    /**
     * A message to the connector.
     *
     * @param path where to
     * @param headers its headers
     * @param body the message
     * @param key two messages of one key might be taken for one
     */
    record Post(String path, Map<String, String> headers, byte[] body, String key) {}

    /**
     * Something that is to come.
     *
     * @param line where it stands, from 1 on
     * @param title what it is called in a failure
     * @param requests which requests are meant, when it is one
     * @param members its members, as far as they matter
     * @param times how often
     */
    record Expectation(int line, String title, Optional<RequestLine> requests, JsonNode members, int times) {}

    /**
     * All that is to come.
     *
     * @param answer the answer to the last message
     * @param xprotect requests to XProtect
     * @param isOrdered whether they come in this order
     * @param mails mails
     * @param server requests to {@code ${server}}
     * @param deadLetters alarms that are given up
     * @param isAll whether nothing else may come
     * @param within how long to wait for it; nothing = until nothing happens any more
     */
    record Expected(
            Optional<Expectation> answer,
            List<Expectation> xprotect,
            boolean isOrdered,
            List<Expectation> mails,
            List<Expectation> server,
            List<Expectation> deadLetters,
            boolean isAll,
            Optional<Duration> within) {}

    /** @return whether a connector is as good after this test as before it */
    boolean isHarmless() {
        return troubles.isPassing() && expected.deadLetters().isEmpty();
    }

    /** @return the keys of its messages */
    Set<String> keys() {
        return posts.stream().map(Post::key).collect(Collectors.toSet());
    }
}
