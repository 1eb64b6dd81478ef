package ualarm.command;

import java.util.ArrayList;
import java.util.List;
import ualarm.alarm.Text;
import ualarm.command.Finding.Level;

/** Gathers what a check finds; what was found before a check ran out of time can be read meanwhile. */
final class Findings {

    private final String site;
    private final List<Finding> all = new ArrayList<>();

    /** @param site the site that they are about; empty for none */
    Findings(String site) {
        this.site = site;
    }

    void ok(String what, String message) {
        add(Level.OK, what, message);
    }

    void warning(String what, String message) {
        add(Level.WARNING, what, message);
    }

    void fail(String what, String message) {
        add(Level.FAIL, what, message);
    }

    synchronized List<Finding> all() {
        return List.copyOf(all);
    }

    private synchronized void add(Level level, String what, String message) {
        all.add(new Finding(level, site, what, message));
    }

    /** @return words of a far end or of the JDK in one line that is safe to show */
    static String words(Throwable failure) {
        String said = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return Text.clean(said.replaceAll("\\s+", " "));
    }
}
