package ualarm.history;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ualarm.alarm.CameraAlarm;
import ualarm.journal.Watcher;

/**
 * What became of every alarm, step by step, in an embedded database: searchable, bounded, and over restarts. It is written behind the
 * deliveries' back; when it cannot follow or its disk fails, steps are missing here, never an alarm.
 */
public final class History implements Watcher, AutoCloseable {

    /** The oldest are forgotten after this time, or when the file grows larger. */
    private static final Duration KEPT = Duration.ofDays(30);

    private static final long LARGEST = 1L << 30;

    private static final String SEARCH = """
            select * from alarm where number >= ? and number < ? and (? = '' or site = ?)
              and (instr(words, ?) > 0 or camera in (select value from json_each(?)))
            order by number desc limit ?
            """;

    private static final String TRACE = "select * from alarm where id = ? order by number";

    private static final String LAST = """
            select camera, max(number) as number from alarm where camera in (select value from json_each(?)) group by camera
            """;

    private static final String NAMED =
            "select camera, label, site, max(number) from alarm where number >= ? group by camera";

    private final HistoryFile file;
    private final HistoryWriter writer;

    /** @param directory where its file lies; nothing is written before {@link #open} */
    public History(Path directory) {
        this(directory, KEPT, LARGEST);
    }

    /**
     * @param directory where its file lies
     * @param kept how long alarms are kept
     * @param largest how large the file may grow, in bytes
     */
    History(Path directory, Duration kept, long largest) {
        file = new HistoryFile(directory);
        writer = new HistoryWriter(file, kept, largest);
    }

    /** Opens the file and begins to write, behind the caller's back. */
    public void open() {
        file.unpackBeside();
        writer.start();
    }

    @Override
    public void saw(String queue, CameraAlarm alarm, Step step) {
        writer.add(queue, alarm, step);
    }

    /** @return how many steps could not be written since the start */
    public long missing() {
        return writer.missing();
    }

    /**
     * @param text what an alarm's id, name or camera must have in it, in small or capital letters; empty = anything
     * @param cameras GUIDs of cameras whose alarms are meant, too
     * @param site the site; empty = any
     * @param from received at this time or later
     * @param to received before this time
     * @param limit how many at most
     * @return the newest first
     * @throws IllegalStateException when the history cannot be read
     */
    public List<Map<String, Object>> alarms(
            String text, List<String> cameras, String site, Optional<Instant> from, Optional<Instant> to, int limit) {
        return query(
                SEARCH,
                statement -> {
                    statement.setLong(1, RowNumber.of(from.orElse(Instant.EPOCH)));
                    statement.setLong(2, to.map(RowNumber::of).orElse(Long.MAX_VALUE));
                    statement.setString(3, site);
                    statement.setString(4, site);
                    statement.setString(5, text.toLowerCase(Locale.ROOT));
                    statement.setString(6, json(cameras));
                    statement.setInt(7, limit);
                },
                History::alarm);
    }

    private static Map<String, Object> alarm(ResultSet row) throws SQLException {
        var alarm = new LinkedHashMap<String, Object>();
        alarm.put("id", row.getString("id"));
        alarm.put("name", row.getString("name"));
        alarm.put("site", row.getString("site"));
        alarm.put("camera", row.getString("camera"));
        alarm.put("cameraName", row.getString("label"));
        alarm.put("time", Instant.ofEpochMilli(row.getLong("happened")));
        alarm.put("receivedAt", RowNumber.received(row.getLong("number")));
        String state = row.getString("state");
        alarm.put("state", state.isEmpty() ? "waiting" : state);
        return alarm;
    }

    /**
     * @param id an alarm's id
     * @return the alarm at each of its cameras with all steps, oldest first; empty when there is none of that id
     * @throws IllegalStateException when the history cannot be read
     */
    public List<Map<String, Object>> trace(String id) {
        return query(TRACE, statement -> statement.setString(1, id), row -> {
            Map<String, Object> found = alarm(row);
            found.put("steps", steps(row.getString("steps")));
            return found;
        });
    }

    private static List<Map<String, Object>> steps(String lines) {
        return lines.lines()
                .flatMap(History::step)
                .sorted(Comparator.comparing(step -> (Instant) step.get("at")))
                .toList();
    }

    /** The oldest line of very many may be cut off. */
    private static Stream<Map<String, Object>> step(String line) {
        String[] parts = line.split("\t", 5);
        if (parts.length < 5 || !parts[0].matches("\\d+")) {
            return Stream.empty();
        }
        var step = new LinkedHashMap<String, Object>();
        step.put("at", Instant.ofEpochMilli(Long.parseLong(parts[0])));
        step.put("target", parts[1]);
        step.put("result", parts[2]);
        step.put("millis", Long.parseLong(parts[3]));
        step.put("detail", parts[4]);
        return Stream.of(step);
    }

    /**
     * @param cameras GUIDs of cameras
     * @return when each last had an alarm; those that had none are missing
     * @throws IllegalStateException when the history cannot be read
     */
    public Map<String, Instant> lastAlarms(List<String> cameras) {
        var last = new LinkedHashMap<String, Instant>();
        query(
                LAST,
                statement -> statement.setString(1, json(cameras)),
                row -> last.put(row.getString("camera"), RowNumber.received(row.getLong("number"))));
        return last;
    }

    /** As a JSON array, which SQLite reads as a table; nothing in a GUID needs an escape. */
    private static String json(List<String> guids) {
        return guids.stream().map(guid -> '"' + guid + '"').collect(Collectors.joining(",", "[", "]"));
    }

    private <T> List<T> query(String sql, HistoryFile.Binding binding, HistoryFile.Reading<T> reading) {
        return writer.isOpen() ? file.query(sql, binding, reading) : List.of();
    }

    /**
     * A camera that alarms have named.
     *
     * @param camera its GUID; where it has none, as U-Alarm names it
     * @param label its readable name in U-Alarm; empty when not given
     * @param site the site that has it; empty when none has
     */
    public record Named(String camera, String label, String site) {

        @Override
        public String toString() {
            return label.isEmpty() ? camera : camera + " (" + label + ")";
        }
    }

    /**
     * Reads the history of a connector, which may be running.
     *
     * @param directory where its file lies
     * @param since the time from which on (UTC)
     * @return the cameras that alarms have named since then, as their latest alarm has them; none where there is no history yet
     * @throws IllegalStateException when it cannot be read
     */
    public static List<Named> named(Path directory, Instant since) {
        var file = new HistoryFile(directory);
        return !file.exists()
                ? List.of()
                : file.query(
                        NAMED,
                        statement -> statement.setLong(1, RowNumber.of(since)),
                        row -> new Named(row.getString("camera"), row.getString("label"), row.getString("site")));
    }

    @Override
    public void close() {
        writer.close();
    }
}
