package ualarm.history;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import ualarm.alarm.CameraAlarm;
import ualarm.journal.Journal;
import ualarm.journal.Watcher.Result;
import ualarm.journal.Watcher.Step;

/** Steps of one alarm that are written together, as one row or onto the row that is there. */
final class Gathered {

    private static final int LONGEST_TEXT = 500;
    private static final int LONGEST_STEPS = 50_000;

    /** Adds to the row of an alarm, or makes it; the parameters are {@link #bind}'s. */
    static final String WRITE = """
            insert into alarm(number, id, name, site, camera, label, words, happened, state, steps) values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict(number) do update set
              steps = substr(steps || excluded.steps, -%d),
              state = iif(?11 <> '' and excluded.state in ('', 'waiting')
                  and instr(steps || excluded.steps, char(9) || ?11 || char(9) || 'replayed') > 0
                  and instr(steps || excluded.steps, char(9) || 'event' || char(9) || 'delivered') > 0,
                'delivered', coalesce(nullif(excluded.state, ''), state)),
              camera = iif(site = '', excluded.camera, camera),
              words = iif(site = '', excluded.words, words),
              site = iif(site = '', excluded.site, site)
            """.formatted(LONGEST_STEPS);

    private static final Pattern BREAKS = Pattern.compile("[\t\r\n]");

    private final Instant since;
    private final StringBuilder steps = new StringBuilder(120);
    private CameraAlarm alarm;
    private String state = "";

    /** The channel beside the event in which it has arrived; when that was replayed, it is no longer waited for. */
    private String arrived = "";

    Gathered(CameraAlarm alarm, Instant since) {
        this.alarm = alarm;
        this.since = since;
    }

    /** @return the time of its first step (UTC) */
    Instant since() {
        return since;
    }

    /**
     * @param at when the step ended (UTC)
     * @param queue the queue that it is a step of
     * @param seen the alarm as it was then: its camera may have been found meanwhile
     * @param step what became of it
     */
    void add(Instant at, String queue, CameraAlarm seen, Step step) {
        if (alarm.site().isEmpty()) {
            alarm = seen;
        }
        String channel = Journal.channel(queue);
        String decided = decided(channel, step.result());
        state = decided.isEmpty() ? state : decided;
        arrived = step.result() == Result.DELIVERED && !channel.equals("event") ? channel : arrived;
        String detail = BREAKS.matcher(cut(step.detail())).replaceAll(" ");
        steps.append(at.minus(step.took()).toEpochMilli())
                .append('\t')
                .append(channel)
                .append('\t')
                .append(step.result().name().toLowerCase(Locale.ROOT))
                .append('\t')
                .append(step.took().toMillis())
                .append('\t')
                .append(detail)
                .append('\n');
    }

    /**
     * Whether the alarm arrived is whether its event did; it is dead when anything of it is. That it was stored, or that its camera was
     * found, may be noted after it was delivered.
     *
     * @return the alarm's state; empty when this decides nothing
     */
    private static String decided(String channel, Result result) {
        boolean isEvent = channel.equals("event");
        return switch (result) {
            case STORED, SEEN, UNSEEN -> "";
            case DELIVERED -> isEvent ? "delivered" : "";
            case LATER, LATE -> isEvent || channel.equals("unmatched") ? "waiting" : "";
            case REPLAYED -> "waiting";
            case DEAD, DISCARDED -> "dead";
        };
    }

    /** @param statement a {@link #WRITE} */
    void bind(PreparedStatement statement) throws SQLException {
        String id = cut(alarm.id());
        String name = cut(alarm.name());
        String camera =
                alarm.camera().map(UUID::toString).orElse(cut(alarm.sighting().camera()));
        String label = cut(alarm.sighting().label());
        statement.setLong(1, RowNumber.of(alarm));
        statement.setString(2, id);
        statement.setString(3, name);
        statement.setString(4, alarm.site());
        statement.setString(5, camera);
        statement.setString(6, label);
        statement.setString(7, String.join("\n", id, name, camera, label).toLowerCase(Locale.ROOT));
        statement.setLong(8, alarm.time().toEpochMilli());
        statement.setString(9, state);
        statement.setString(10, steps.toString());
        statement.setString(11, arrived);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }
}
