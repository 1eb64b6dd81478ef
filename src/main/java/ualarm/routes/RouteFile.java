package ualarm.routes;

import java.util.regex.Pattern;

/**
 * A file of routes as it stands.
 *
 * @param name its name in the folder of routes, with slashes: {@code trigger-event.camel.yaml}, {@code kamelets/xprotect-call-action.kamelet.yaml}
 * @param text what is written in it
 */
public record RouteFile(String name, String text) {

    /** How the name of a file with routes ends. */
    public static final String ROUTES = ".camel.yaml";

    /** How the name of a file with a building block ends. */
    public static final String KAMELET = ".kamelet.yaml";

    private static final Pattern NAME =
            Pattern.compile("(?U)[\\w -][\\w. -]*\\.camel\\.yaml|kamelets/[\\w -][\\w. -]*\\.kamelet\\.yaml");

    /**
     * @param text may come from anybody
     * @return whether it can be the name of a file of routes, and of nothing outside of their folder
     */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** @return whether it is a building block for routes, not routes */
    public boolean isKamelet() {
        return name.endsWith(KAMELET);
    }
}
