package ualarm.command;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * One line of a check.
 *
 * @param level whether anything is to be done about it
 * @param site the site's name; empty when it is about no site
 * @param what what was looked at, in a word or two
 * @param message what was found, and what to do about it
 */
public record Finding(Level level, String site, String what, String message) {

    /** Whether anything is to be done. */
    public enum Level {
        /** Nothing is. */
        OK,
        /** Alarms arrive, but somebody should look. */
        WARNING,
        /** Alarms do not arrive. */
        FAIL;

        /** @return the word that is printed */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String toString() {
        return String.format("%-8s", level.word()) + (site.isEmpty() ? "" : site + ": ") + what + ": " + message;
    }
}
