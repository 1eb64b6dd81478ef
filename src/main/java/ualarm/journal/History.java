package ualarm.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;

/**
 * What became of every alarm, step by step, in an embedded database: searchable, bounded, and over restarts. It is written behind the
 * deliveries' back; when it cannot follow or its disk fails, steps are missing here, never an alarm.
 */
public final class History implements Watcher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    /** The oldest are forgotten after this time, or when the file grows larger. */
    private static final Duration KEPT = Duration.ofDays(30);

    private static final long LARGEST = 1L << 30;
    private static final Duration PRUNED_EVERY = Duration.ofMinutes(10);
    private static final int MOST_WAITING = 50_000;

    /** Most alarms are over within this time, and are then written once. */
    private static final Duration GATHERED = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /** Names are looked for among so many of the newest alarms. */
    private static final int SEARCHED = 50_000;

    /** An id or a GUID is looked up in all of the history by so many of its first characters, or more. */
    private static final int INDEXED = 4;

    private static final int LONGEST_DETAIL = 500;
    private static final Duration CLOSING = Duration.ofSeconds(3);

    /**
     * One row an alarm at a camera, its steps as lines of text: rows in the order of time cost least to add. The number is the time of
     * receipt in milliseconds and 21 bits of the alarm's own.
     */
    private static final String SCHEMA = """
            create table if not exists alarm(
              number bigint primary key, id varchar(300) not null, name varchar(300) not null, site varchar(64) not null,
              camera varchar(300) not null, label varchar(300) not null, happened bigint not null, state varchar(16) not null,
              steps varchar(60000) not null);
            create index if not exists alarm_id on alarm(id);
            create index if not exists alarm_camera on alarm(camera, number);
            """;

    private static final int OWN_BITS = 21;
    private static final int LONGEST_STEPS = 50_000;

    private record Line(Instant at, String queue, CameraAlarm alarm, Step step) {}

    private static final class Gathered {
        private final CameraAlarm alarm;
        private final Instant since;
        private final StringBuilder steps = new StringBuilder(120);
        private String state = "";
        private boolean isNew;

        Gathered(CameraAlarm alarm, Instant since) {
            this.alarm = alarm;
            this.since = since;
        }

        void add(Line line) {
            Step step = line.step();
            String channel = Journal.channel(line.queue());
            boolean isEvent = channel.equals("event") || line.queue().equals("unmatched");
            isNew |= isEvent && step.result() == Result.STORED;
            // Whether the alarm arrived is whether its event did; it is dead when anything of it is.
            if (isEvent || step.result() == Result.DEAD) {
                state = state(step.result());
            }
            steps.append(line.at().toEpochMilli())
                    .append('\t')
                    .append(channel)
                    .append('\t')
                    .append(step.result().name().toLowerCase(Locale.ROOT))
                    .append('\t')
                    .append(step.took().toMillis())
                    .append('\t')
                    .append(cut(step.detail(), LONGEST_DETAIL)
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
    private final Thread writer;
    private volatile boolean closing;
    private volatile boolean isOpen;
    private Instant prunedAt = Instant.EPOCH;

    /** @param directory where its file lies; nothing is written before {@link #open} */
    public History(Path directory) {
        this.file = directory.toAbsolutePath().resolve("history.mv.db");
        this.writer = new Thread(this::write, "history");
        writer.setDaemon(true);
        writer.setPriority(Thread.MIN_PRIORITY);
    }

    /** Opens the file and begins to write, behind the caller's back. */
    public void open() {
        writer.start();
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

    private void openOrBeginAnew() throws Exception {
        Files.createDirectories(file.getParent());
        try {
            makeTables();
        } catch (SQLException e) {
            Path aside = file.resolveSibling("history.damaged.mv.db");
            LOG.warn(
                    "The history cannot be read and begins anew; the old one is kept as {}: {}", aside, e.getMessage());
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            makeTables();
        }
        isOpen = true;
    }

    private void makeTables() throws SQLException {
        try (Connection own = connection();
                var statement = own.createStatement()) {
            statement.execute(SCHEMA);
        }
    }

    private void write() {
        try {
            openOrBeginAnew();
        } catch (Exception e) {
            LOG.error("There is no history: {}", e.getMessage());
            return;
        }
        // After a fault of its disk the database is closed for good, and can only be opened again.
        while (!closing || !waiting.isEmpty() || !gathered.isEmpty()) {
            // While this connection is open, the others find the database open.
            try (Connection own = connection()) {
                own.setAutoCommit(false);
                follow(own);
            } catch (SQLException e) {
                if (missing.getAndIncrement() == 0) {
                    LOG.warn("The history cannot be written: {}", e.getMessage());
                }
                pause(AGAIN.toNanos());
                if (closing) {
                    return;
                }
            }
        }
    }

    private void follow(Connection own) throws SQLException {
        while (!closing || !waiting.isEmpty() || !gathered.isEmpty()) {
            long began = System.nanoTime();
            gather();
            store(own);
            prune(own);
            // It may take a third of a processor at most, whatever comes in.
            long worked = System.nanoTime() - began;
            pause(Math.max(PAUSE.toNanos(), 2 * worked));
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
        try (PreparedStatement insert = own.prepareStatement(
                        "insert into alarm(number, id, name, site, camera, label, happened, state, steps)"
                                + " values(?, ?, ?, ?, ?, ?, ?, ?, ?)");
                PreparedStatement update = own.prepareStatement("update alarm set steps = right(steps || ?, "
                        + LONGEST_STEPS
                        + "), state = case when ? = '' then state else ? end, site = case when site = '' then ? else site end"
                        + " where number = ?")) {
            for (Gathered one : due) {
                if (one.isNew) {
                    bind(insert, one);
                    insert.addBatch();
                } else {
                    bindUpdate(update, one);
                    update.addBatch();
                }
            }
            try {
                insert.executeBatch();
            } catch (BatchUpdateException e) {
                // Some were there already, from a queue before: all of these get their steps instead.
                own.rollback();
                for (Gathered one : due) {
                    bindUpdate(update, one);
                    if (update.executeUpdate() == 0) {
                        bind(insert, one);
                        insert.executeUpdate();
                    }
                }
                own.commit();
                return;
            }
            update.executeBatch();
            own.commit();
        }
    }

    private static void bind(PreparedStatement insert, Gathered one) throws SQLException {
        CameraAlarm alarm = one.alarm;
        insert.setLong(1, number(alarm));
        insert.setString(2, cut(alarm.id(), 300));
        insert.setString(3, cut(alarm.name(), 300));
        insert.setString(4, alarm.site());
        insert.setString(5, camera(alarm));
        insert.setString(6, cut(alarm.sighting().label(), 300));
        insert.setLong(7, alarm.time().toEpochMilli());
        insert.setString(8, one.state.isEmpty() ? "waiting" : one.state);
        insert.setString(9, one.steps.toString());
    }

    private static void bindUpdate(PreparedStatement update, Gathered one) throws SQLException {
        update.setString(1, one.steps.toString());
        update.setString(2, one.state);
        update.setString(3, one.state);
        update.setString(4, one.alarm.site());
        update.setLong(5, number(one.alarm));
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

    private static String state(Result result) {
        return switch (result) {
            case DELIVERED -> "delivered";
            case DEAD -> "dead";
            case STORED, LATER, LATE -> "waiting";
        };
    }

    private static String camera(CameraAlarm alarm) {
        return alarm.camera().map(UUID::toString).orElse(cut(alarm.sighting().camera(), 300));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    private void prune(Connection own) throws SQLException {
        Instant now = Instant.now();
        if (prunedAt.plus(PRUNED_EVERY).isAfter(now)) {
            return;
        }
        prunedAt = now;
        try (var statement = own.createStatement()) {
            Instant oldest = now.minus(KEPT);
            if (file.toFile().length() > LARGEST) {
                try (ResultSet first = statement.executeQuery("select min(number) from alarm")) {
                    if (first.next()) {
                        Instant since = received(first.getLong(1));
                        oldest = since.plus(Duration.between(since, now).dividedBy(4));
                    }
                }
            }
            statement.executeUpdate("delete from alarm where number < " + number(oldest));
            own.commit();
        }
    }

    /** Each search has a connection of its own, so that it does not wait for the writer. */
    private Connection connection() throws SQLException {
        String name = file.toString().replaceFirst("\\.mv\\.db$", "");
        return DriverManager.getConnection(
                "jdbc:h2:file:" + name + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=1000;TRACE_LEVEL_FILE=0", "sa", "");
    }

    /**
     * @param text what an alarm's id, name or camera must have in it, or empty; an id is found by its beginning,
     *     a name among the newest alarms
     * @param site the site; empty = any
     * @param from received at this time or later
     * @param to received before this time
     * @param limit how many at most
     * @return the newest first
     */
    public List<Map<String, Object>> alarms(
            String text, String site, Optional<Instant> from, Optional<Instant> to, int limit) {
        long first = number(from.orElse(Instant.EPOCH));
        long last = number(to.orElse(Instant.now().plus(KEPT)));
        Object[] found = text.isEmpty() ? null : numbers(text, first, last).toArray();
        return query(
                "select * from alarm where number >= ? and number < ?" + (site.isEmpty() ? "" : " and site = ?")
                        + (found == null ? "" : " and number = any(?)") + " order by number desc limit " + limit,
                statement -> {
                    int i = 1;
                    statement.setLong(i++, first);
                    statement.setLong(i++, last);
                    if (!site.isEmpty()) {
                        statement.setString(i++, site);
                    }
                    if (found != null) {
                        statement.setObject(i, found);
                    }
                },
                History::alarm);
    }

    /** Among a million alarms an index finds an id or a GUID; names are looked for among the newest. */
    private Set<Long> numbers(String text, long first, long last) {
        String lower = text.toLowerCase(Locale.ROOT);
        var numbers = new HashSet<>(query(
                "select number from (select number, id, name, label, camera from alarm where number >= ? and number < ?"
                        + " order by number desc limit " + SEARCHED
                        + ") where id like ? or lower(name) like ? or lower(label) like ? or camera like ?",
                statement -> {
                    statement.setLong(1, first);
                    statement.setLong(2, last);
                    statement.setString(3, escaped(text) + "%");
                    statement.setString(4, "%" + escaped(lower) + "%");
                    statement.setString(5, "%" + escaped(lower) + "%");
                    statement.setString(6, escaped(lower) + "%");
                },
                row -> row.getLong(1)));
        if (text.length() >= INDEXED) {
            numbers.addAll(beginning("id", text));
            numbers.addAll(beginning("camera", lower));
        }
        return numbers;
    }

    private List<Long> beginning(String column, String text) {
        return query(
                "select number from alarm where " + column + " >= ? and " + column + " < ? limit " + SEARCHED,
                statement -> {
                    statement.setString(1, text);
                    statement.setString(2, text + Character.MAX_VALUE);
                },
                row -> row.getLong(1));
    }

    private static String escaped(String text) {
        return text.replaceAll("([%_\\\\])", "\\\\$1");
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
        alarm.put("state", row.getString("state"));
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
                "select camera, max(number) as number from alarm where camera = any(?) group by camera",
                statement -> statement.setObject(1, cameras.toArray()),
                row -> last.put(row.getString("camera"), received(row.getLong("number"))));
        return last;
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
        try (Connection own = connection();
                PreparedStatement statement = own.prepareStatement(sql)) {
            statement.setQueryTimeout(5);
            binding.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reading.read(rows));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The history cannot be read: " + e.getMessage(), e);
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
