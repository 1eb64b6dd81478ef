package ualarm.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteOpenMode;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Json;

/**
 * What became of every alarm, step by step, in an embedded database: searchable, bounded, and over restarts. It is written behind the
 * deliveries' back; when it cannot follow or its disk fails, steps are missing here, never an alarm.
 */
public final class History implements Watcher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    /** The oldest are forgotten after this time, or when the file grows larger. */
    private static final Duration KEPT = Duration.ofDays(30);

    private static final long LARGEST = 1L << 30;
    private static final int MOST_WAITING = 50_000;

    /** So many of the oldest are forgotten at once: a long write would hold up the others. */
    private static final int FORGOTTEN_AT_ONCE = 2_000;

    /** Most alarms are over within this time, and are then written once. */
    private static final Duration GATHERED = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final int LONGEST_TEXT = 500;
    private static final int LARGEST_LOG = 16 << 20;
    private static final int LONGEST_STEPS = 50_000;
    private static final Duration CLOSING = Duration.ofSeconds(3);

    /**
     * One row an alarm at a camera, its steps as lines of text: rows in the order of time cost least to add. The number is the time of
     * receipt in milliseconds and 21 bits of the alarm's own. The words are what a search looks into, in small letters.
     */
    private static final List<String> SCHEMA = List.of(
            """
            create table if not exists alarm(
              number integer primary key, id text not null, name text not null, site text not null, camera text not null,
              label text not null, words text not null, happened integer not null, state text not null, steps text not null)
            """,
            "create index if not exists alarm_id on alarm(id)",
            "create index if not exists alarm_camera on alarm(camera, number)");

    private static final String WRITE = """
            insert into alarm(number, id, name, site, camera, label, words, happened, state, steps) values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict(number) do update set
              steps = substr(steps || excluded.steps, -%d),
              state = coalesce(nullif(excluded.state, ''), state),
              camera = iif(site = '', excluded.camera, camera),
              words = iif(site = '', excluded.words, words),
              site = iif(site = '', excluded.site, site)
            """.formatted(LONGEST_STEPS);

    private static final String FORGET =
            "delete from alarm where number in (select number from alarm where number < ? order by number limit ?)";

    private static final int OWN_BITS = 21;

    private record Line(Instant at, String queue, CameraAlarm alarm, Step step) {}

    private static final class Gathered {
        private CameraAlarm alarm;
        private final Instant since;
        private final StringBuilder steps = new StringBuilder(120);
        private String state = "";

        Gathered(CameraAlarm alarm, Instant since) {
            this.alarm = alarm;
            this.since = since;
        }

        void add(Line line) {
            Step step = line.step();
            if (alarm.site().isEmpty()) {
                // Its camera was looked up again meanwhile.
                alarm = line.alarm();
            }
            String channel = Journal.channel(line.queue());
            String decided = decided(channel, step.result());
            state = decided.isEmpty() ? state : decided;
            steps.append(line.at().minus(step.took()).toEpochMilli())
                    .append('\t')
                    .append(channel)
                    .append('\t')
                    .append(step.result().name().toLowerCase(Locale.ROOT))
                    .append('\t')
                    .append(step.took().toMillis())
                    .append('\t')
                    .append(cut(step.detail())
                            .replace('\t', ' ')
                            .replace('\r', ' ')
                            .replace('\n', ' '))
                    .append('\n');
        }
    }

    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Map<UUID, Gathered> gathered = new LinkedHashMap<>();
    private final AtomicLong missing = new AtomicLong();
    private final Path file;
    private final Duration kept;
    private final long largest;
    private final Thread writer;
    private volatile boolean closing;
    private volatile boolean isOpen;

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
        this.file = directory.toAbsolutePath().resolve("history.sqlite");
        this.kept = kept;
        this.largest = largest;
        this.writer = new Thread(this::write, "history");
        writer.setDaemon(true);
        writer.setPriority(Thread.MIN_PRIORITY);
    }

    /** Opens the file and begins to write, behind the caller's back. */
    public void open() {
        unpackInto(file.resolveSibling("tmp"));
        writer.start();
    }

    /** SQLite unpacks its library, and takes it away when the process ends; one that was killed left it there. */
    private static void unpackInto(Path folder) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> left = Files.list(folder)) {
                for (Path each : left.toList()) {
                    Files.delete(each);
                }
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be emptied: {}", folder, e.getMessage());
        }
        System.setProperty("org.sqlite.tmpdir", folder.toString());
    }

    @Override
    public void saw(String queue, CameraAlarm alarm, Step step) {
        if (!waiting.offer(new Line(Instant.now(), queue, alarm, step)) && missing.incrementAndGet() == 1) {
            LOG.warn("The history cannot follow: steps are missing in it. No alarm is");
        }
    }

    /** @return how many steps could not be written since the start */
    public long missing() {
        return missing.get();
    }

    private boolean isOver() {
        return closing && waiting.isEmpty() && gathered.isEmpty();
    }

    /** After a fault the file is opened again. */
    private void write() {
        while (!isOver()) {
            try {
                Files.createDirectories(file.getParent());
                follow();
            } catch (IOException | SQLException e) {
                if (missing.getAndIncrement() == 0) {
                    LOG.warn(
                            "The history cannot be written, steps are missing in it: {}",
                            (e.getCause() == null ? e : e.getCause()).toString());
                }
                if (closing) {
                    return;
                }
                if (isDamaged(e)) {
                    putAside();
                } else {
                    pause(AGAIN.toNanos());
                }
            }
        }
    }

    private void follow() throws SQLException {
        try (Connection own = connection(true)) {
            for (String statement : SCHEMA) {
                execute(own, statement);
            }
            own.setAutoCommit(false);
            isOpen = true;
            while (!isOver()) {
                long began = System.nanoTime();
                if (!Files.exists(file)) {
                    isOpen = false;
                    throw new SQLException("its file is gone; it begins anew");
                }
                gather();
                store(own);
                forget(own);
                own.commit();
                // It may take a third of a processor at most, whatever comes in.
                long worked = System.nanoTime() - began;
                pause(Math.max(PAUSE.toNanos(), 2 * worked));
            }
        }
    }

    private static boolean isDamaged(Exception failure) {
        return failure instanceof SQLException fault
                && (fault.getErrorCode() == SQLiteErrorCode.SQLITE_NOTADB.code
                        || fault.getErrorCode() == SQLiteErrorCode.SQLITE_CORRUPT.code);
    }

    private void putAside() {
        isOpen = false;
        Path aside = file.resolveSibling("history.damaged.sqlite");
        try {
            for (String log : List.of("-wal", "-shm")) {
                Files.deleteIfExists(file.resolveSibling(file.getFileName() + log));
            }
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn("The history was damaged and begins anew; the old one is kept as {}", aside);
        } catch (IOException e) {
            LOG.warn("The damaged history cannot be put aside: {}", e.getMessage());
            pause(AGAIN.toNanos());
        }
    }

    /** What is left is written when it is closed. */
    private synchronized void pause(long nanos) {
        try {
            if (!closing) {
                TimeUnit.NANOSECONDS.timedWait(this, nanos);
            }
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    private void gather() {
        var lines = new ArrayList<Line>();
        waiting.drainTo(lines);
        for (Line line : lines) {
            gathered.computeIfAbsent(line.alarm().uniqueId(), uid -> new Gathered(line.alarm(), line.at()))
                    .add(line);
        }
    }

    private void store(Connection own) throws SQLException {
        Instant old = closing ? Instant.MAX : Instant.now().minus(GATHERED);
        var due = new ArrayList<Gathered>();
        for (var each = gathered.values().iterator(); each.hasNext(); ) {
            Gathered next = each.next();
            if (next.since.isBefore(old)) {
                due.add(next);
                each.remove();
            }
        }
        if (due.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = own.prepareStatement(WRITE)) {
            for (Gathered one : due) {
                bind(statement, one);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, Gathered one) throws SQLException {
        CameraAlarm alarm = one.alarm;
        String name = cut(alarm.name());
        String camera =
                alarm.camera().map(UUID::toString).orElse(cut(alarm.sighting().camera()));
        String label = cut(alarm.sighting().label());
        String id = cut(alarm.id());
        statement.setLong(1, number(alarm));
        statement.setString(2, id);
        statement.setString(3, name);
        statement.setString(4, alarm.site());
        statement.setString(5, camera);
        statement.setString(6, label);
        statement.setString(7, String.join("\n", id, name, camera, label).toLowerCase(Locale.ROOT));
        statement.setLong(8, alarm.time().toEpochMilli());
        statement.setString(9, one.state);
        statement.setString(10, one.steps.toString());
    }

    private static long number(CameraAlarm alarm) {
        long own = alarm.uniqueId().getLeastSignificantBits() & ((1L << OWN_BITS) - 1);
        return alarm.receivedAt().toEpochMilli() << OWN_BITS | own;
    }

    private static long number(Instant time) {
        return Math.max(0, time.toEpochMilli()) << OWN_BITS;
    }

    private static Instant received(long number) {
        return Instant.ofEpochMilli(number >> OWN_BITS);
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
            case STORED -> "";
            case DELIVERED -> isEvent ? "delivered" : "";
            case LATER, LATE -> isEvent || channel.equals("unmatched") ? "waiting" : "";
            case REPLAYED -> "waiting";
            case DEAD, DISCARDED -> "dead";
        };
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }

    private void forget(Connection own) throws SQLException {
        forgetBefore(own, number(Instant.now().minus(kept)));
        while (size(own) > largest && forgetBefore(own, Long.MAX_VALUE) > 0) {
            own.commit();
        }
    }

    private static int forgetBefore(Connection own, long number) throws SQLException {
        try (PreparedStatement statement = own.prepareStatement(FORGET)) {
            statement.setLong(1, number);
            statement.setInt(2, FORGOTTEN_AT_ONCE);
            return statement.executeUpdate();
        }
    }

    /** In bytes, without what is free for what comes next. */
    private static long size(Connection own) throws SQLException {
        return (count(own, "pragma page_count") - count(own, "pragma freelist_count")) * count(own, "pragma page_size");
    }

    private static long count(Connection own, String sql) throws SQLException {
        try (var statement = own.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }

    private static void execute(Connection own, String sql) throws SQLException {
        try (var statement = own.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Each search has a connection of its own, so that it does not wait for the writer. */
    private Connection connection(boolean begins) throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // What the last second brought may be missing after a power cut; the file is whole.
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setJournalSizeLimit(LARGEST_LOG);
        if (!begins) {
            config.resetOpenMode(SQLiteOpenMode.CREATE);
        }
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /**
     * @param text what an alarm's id, name or camera must have in it, in small or capital letters; empty = anything
     * @param cameras GUIDs of cameras whose alarms are meant, too
     * @param site the site; empty = any
     * @param from received at this time or later
     * @param to received before this time
     * @param limit how many at most
     * @return the newest first
     */
    public List<Map<String, Object>> alarms(
            String text, List<String> cameras, String site, Optional<Instant> from, Optional<Instant> to, int limit) {
        return query(
                "select * from alarm where number >= ? and number < ? and (? = '' or site = ?)"
                        + " and (instr(words, ?) > 0 or camera in (select value from json_each(?)))"
                        + " order by number desc limit ?",
                statement -> {
                    statement.setLong(1, number(from.orElse(Instant.EPOCH)));
                    statement.setLong(2, to.map(History::number).orElse(Long.MAX_VALUE));
                    statement.setString(3, site);
                    statement.setString(4, site);
                    statement.setString(5, text.toLowerCase(Locale.ROOT));
                    statement.setString(6, Json.ascii(cameras));
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
        alarm.put("receivedAt", received(row.getLong("number")));
        String state = row.getString("state");
        alarm.put("state", state.isEmpty() ? "waiting" : state);
        return alarm;
    }

    /**
     * @param id an alarm's id
     * @return the alarm at each of its cameras with all steps, oldest first; empty when there is none of that id
     */
    public List<Map<String, Object>> trace(String id) {
        return query(
                "select * from alarm where id = ? order by number", statement -> statement.setString(1, id), row -> {
                    Map<String, Object> found = alarm(row);
                    found.put(
                            "steps",
                            row.getString("steps")
                                    .lines()
                                    .flatMap(History::step)
                                    .sorted(Comparator.comparing(step -> (Instant) step.get("at")))
                                    .toList());
                    return found;
                });
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
     */
    public Map<String, Instant> lastAlarms(List<String> cameras) {
        var last = new LinkedHashMap<String, Instant>();
        query(
                "select camera, max(number) as number from alarm where camera in (select value from json_each(?)) group by camera",
                statement -> statement.setString(1, Json.ascii(cameras)),
                row -> last.put(row.getString("camera"), received(row.getLong("number"))));
        return last;
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
        var history = new History(directory);
        history.isOpen = Files.exists(history.file);
        return history.query(
                "select camera, label, site, max(number) from alarm where number >= ? group by camera",
                statement -> statement.setLong(1, number(since)),
                row -> new Named(row.getString("camera"), row.getString("label"), row.getString("site")));
    }

    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Binding binding, Reading<T> reading) {
        if (!isOpen) {
            return List.of();
        }
        var found = new ArrayList<T>();
        try (Connection own = connection(false);
                PreparedStatement statement = own.prepareStatement(sql)) {
            binding.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reading.read(rows));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "The history cannot be read; see the connector's log: " + e.getMessage(), e);
        }
        return found;
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            isOpen = false;
            notifyAll();
        }
        try {
            writer.join(CLOSING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
