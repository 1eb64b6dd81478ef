package ualarm.trial;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ualarm.simulator.Vms;

/** What test files call by name in the simulated XProtect, instead of by its id: {@code ${camera.North gate}}. */
final class Names {

    private static final Pattern NAME =
            Pattern.compile("\\$\\{((camera|event|output|preset|user-defined-event)\\.([^}]*))}");

    private Names() {}

    /**
     * @param place where it stands
     * @param text may have names in it
     * @return the text with ids instead
     * @throws TestFileException when there is nothing of a name
     */
    static String resolved(Value place, String text) {
        if (!text.contains("${")) {
            return text;
        }
        Map<String, String> ids = Vms.names();
        return NAME.matcher(text).replaceAll(found -> {
            String name = found.group(1);
            if (found.group(2).equals("event")) {
                return Vms.analyticsEvent(found.group(3));
            } else if (!ids.containsKey(name)) {
                throw place.fault(
                        "the simulated XProtect has no " + name,
                        Value.nearest(name, ids.keySet())
                                .map(meant -> "Did you mean ${" + meant + "}?")
                                .orElse("It has " + String.join(", ", ids.keySet()) + "."));
            }
            return Matcher.quoteReplacement(ids.get(name));
        });
    }
}
