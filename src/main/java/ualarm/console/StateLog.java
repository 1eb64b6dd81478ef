package ualarm.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One line of the log for each change of a state, in a form that a program can read (docs/monitoring): logger {@code ualarm.state}, and in
 * JSON its fields by themselves. Its own lock guards the states.
 */
public final class StateLog {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.state");

    /**
     * How something stands.
     *
     * @param subject what sort of thing it is: {@code connector}, {@code journal}, {@code site}, {@code routes}
     * @param name which of them
     * @param state one word
     * @param reason why somebody should look, in words for people; empty when nobody need
     */
    public record Standing(String subject, String name, String state, String reason) {

        boolean isWell() {
            return reason.isEmpty();
        }
    }

    private final Map<String, Standing> before = new LinkedHashMap<>();

    /** @param now how everything stands; what has changed since the last call is logged, and what is not well from the beginning */
    synchronized void take(List<Standing> now) {
        for (Standing standing : now) {
            Standing old = before.put(standing.subject() + " " + standing.name(), standing);
            String from = old == null ? "unknown" : old.state();
            if (!from.equals(standing.state()) && (old != null || !standing.isWell())) {
                changed(from, standing);
            }
        }
    }

    /**
     * Logs a change.
     *
     * @param from the state before
     * @param now how it stands now
     */
    public static void changed(String from, Standing now) {
        LOG.atLevel(now.isWell() ? Level.INFO : Level.WARN)
                .addKeyValue("subject", now.subject())
                .addKeyValue("name", now.name())
                .addKeyValue("from", from)
                .addKeyValue("to", now.state())
                .addKeyValue("reason", now.reason())
                .log(
                        "{} {}: {} -> {}{}",
                        now.subject(),
                        now.name(),
                        from,
                        now.state(),
                        now.isWell() ? "" : ": " + now.reason());
    }
}
