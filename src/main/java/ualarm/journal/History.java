package ualarm.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private static final int BATCH = 2_000;
    private static final int LONGEST_DETAIL = 1_000;
    private static final Duration CLOSING = Duration.ofSeconds(3);

    private static final String SCHEMA = """
            create table if not exists alarm(
              uid uuid primary key, id varchar(300) not null, name varchar(300) not null, site varchar(64) not null,
              camera varchar(300) not null, label varchar(300) not null, happened timestamp(3) with time zone not null,
              received timestamp(3) with time zone not null, state varchar(16) not null);
            create index if not exists alarm_received on alarm(received);
            create index if not exists alarm_id on alarm(id);
            create index if not exists alarm_camera on alarm(camera, received);
            create table if not exists step(
              number bigint generated always as identity primary key, uid uuid not null, seen timestamp(3) with time zone not null,
              target varchar(100) not null, result varchar(16) not null, millis integer not null, detail varchar(1000) not null);
            create index if not exists step_uid on step(uid);
            """;

    private record Line(Instant at, String queue, CameraAlarm alarm, Step step) {}

    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong missing = new AtomicLong();
    private final Path file;
    private final Thread writer;
    private volatile boolean closing;
    private volatile Connection database;
    private Instant prunedAt = Instant.EPOCH;

    /** @param directory where its file lies; it is opened meanwhile */
    public History(Path directory) {
        this.file = directory.toAbsolutePath().resolve("history.mv.db");
        this.writer = new Thread(this::write, "history");
        writer.setDaemon(true);
        writer.setPriority(Thread.MIN_PRIORITY);
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

    private Connection open() throws SQLException {
        String name = file.toString().replaceFirst("\\.mv\\.db$", "");
        Connection opened = DriverManager.getConnection(
                "jdbc:h2:file:" + name + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=1000;CACHE_SIZE=8192", "sa", "");
        try (var statement = opened.createStatement()) {
            statement.execute(SCHEMA);
        }
        return opened;
    }

    private void openOrBeginAnew() throws Exception {
        try {
            Files.createDirectories(file.getParent());
            database = open();
        } catch (SQLException e) {
            Path aside = file.resolveSibling("history.damaged.mv.db");
            LOG.warn(
                    "The history cannot be read and begins anew; the old one is kept as {}: {}", aside, e.getMessage());
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            database = open();
        }
    }

    private void write() {
        try {
            openOrBeginAnew();
        } catch (Exception e) {
            LOG.error("There is no history: {}", e.getMessage());
            return;
        }
        var lines = new ArrayList<Line>(BATCH);
        while (!closing || !waiting.isEmpty()) {
            try {
                Line first = waiting.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    lines.add(first);
                    waiting.drainTo(lines, BATCH - 1);
                    store(lines);
                }
                prune();
            } catch (SQLException e) {
                if (missing.getAndAdd(lines.size()) == 0) {
                    LOG.warn("The history cannot be written: {}", e.getMessage());
                }
            } catch (InterruptedException e) {
                return;
            } finally {
                lines.clear();
            }
        }
    }

    private void store(List<Line> lines) throws SQLException {
        try (Connection own = connection();
                PreparedStatement alarms = own.prepareStatement(
                        "merge into alarm(uid, id, name, site, camera, label, happened, received, state) key(uid)"
                                + " values(?, ?, ?, ?, ?, ?, ?, ?, ?)");
                PreparedStatement steps = own.prepareStatement(
                        "insert into step(uid, seen, target, result, millis, detail) values(?, ?, ?, ?, ?, ?)")) {
            own.setAutoCommit(false);
            var states = new LinkedHashMap<UUID, Line>();
            for (Line line : lines) {
                CameraAlarm alarm = line.alarm();
                Step step = line.step();
                // Whether the alarm arrived is whether its event did; it is dead when anything of it is.
                if (isEvent(line.queue()) || step.result() == Result.DEAD) {
                    states.put(alarm.uniqueId(), line);
                }
                steps.setObject(1, alarm.uniqueId());
                steps.setObject(2, Timestamp.from(line.at()));
                steps.setString(3, target(line.queue()));
                steps.setString(4, step.result().name().toLowerCase(Locale.ROOT));
                steps.setLong(5, step.took().toMillis());
                steps.setString(6, cut(step.detail(), LONGEST_DETAIL));
                steps.addBatch();
            }
            for (Line line : states.values()) {
                CameraAlarm alarm = line.alarm();
                alarms.setObject(1, alarm.uniqueId());
                alarms.setString(2, cut(alarm.id(), 300));
                alarms.setString(3, cut(alarm.name(), 300));
                alarms.setString(4, alarm.site());
                alarms.setString(5, camera(alarm));
                alarms.setString(6, cut(alarm.sighting().label(), 300));
                alarms.setObject(7, Timestamp.from(alarm.time()));
                alarms.setObject(8, Timestamp.from(alarm.receivedAt()));
                alarms.setString(9, state(line.step().result()));
                alarms.addBatch();
            }
            alarms.executeBatch();
            steps.executeBatch();
            own.commit();
        }
    }

    private static boolean isEvent(String queue) {
        return target(queue).equals("event") || queue.equals("unmatched");
    }

    private static String state(Result result) {
        return switch (result) {
            case DELIVERED -> "delivered";
            case DEAD -> "dead";
            case STORED, LATER, LATE -> "waiting";
        };
    }

    /** @return the channel of a queue: {@code event} of {@code event.main} */
    static String target(String queue) {
        return queue.replaceFirst("\\..*", "");
    }

    private static String camera(CameraAlarm alarm) {
        return alarm.camera().map(UUID::toString).orElse(cut(alarm.sighting().camera(), 300));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    private void prune() throws SQLException {
        Instant now = Instant.now();
        if (prunedAt.plus(PRUNED_EVERY).isAfter(now)) {
            return;
        }
        prunedAt = now;
        try (Connection own = connection();
                var statement = own.createStatement()) {
            Instant oldest = now.minus(KEPT);
            if (file.toFile().length() > LARGEST) {
                try (ResultSet span = statement.executeQuery("select min(received) from alarm")) {
                    if (span.next() && span.getTimestamp(1) != null) {
                        Instant first = span.getTimestamp(1).toInstant();
                        oldest = first.plus(Duration.between(first, now).dividedBy(4));
                    }
                }
            }
            try (var steps = own.prepareStatement(
                            "delete from step where uid in (select uid from alarm where received < ?)");
                    var alarms = own.prepareStatement("delete from alarm where received < ?")) {
                steps.setObject(1, Timestamp.from(oldest));
                steps.executeUpdate();
                alarms.setObject(1, Timestamp.from(oldest));
                alarms.executeUpdate();
            }
        }
    }

    /** Each use has a connection of its own, so that a search does not wait for the writer. */
    private Connection connection() throws SQLException {
        String name = file.toString().replaceFirst("\\.mv\\.db$", "");
        return DriverManager.getConnection("jdbc:h2:file:" + name + ";DB_CLOSE_ON_EXIT=FALSE", "sa", "");
    }

    /**
     * @param text what an alarm's id, name or camera must have in it, or empty; an id is found by its beginning
     * @param site the site; empty = any
     * @param from received at this time or later
     * @param to received before this time
     * @param limit how many at most
     * @return the newest first
     */
    public List<Map<String, Object>> alarms(
            String text, String site, Optional<Instant> from, Optional<Instant> to, int limit) {
        String where = "received >= ? and received < ?"
                + (site.isEmpty() ? "" : " and site = ?")
                + (text.isEmpty()
                        ? ""
                        : " and (id like ? or lower(name) like ? or lower(label) like ? or camera like ?)");
        return query(
                "select id, name, site, camera, label, happened, received, state from alarm where " + where
                        + " order by received desc limit " + limit,
                statement -> {
                    int i = 1;
                    statement.setObject(i++, Timestamp.from(from.orElse(Instant.EPOCH)));
                    statement.setObject(
                            i++, Timestamp.from(to.orElse(Instant.now().plus(KEPT))));
                    if (!site.isEmpty()) {
                        statement.setString(i++, site);
                    }
                    if (!text.isEmpty()) {
                        String bare = text.replaceAll("([%_\\\\])", "\\\\$1");
                        statement.setString(i++, bare + "%");
                        statement.setString(i++, "%" + bare.toLowerCase(Locale.ROOT) + "%");
                        statement.setString(i++, "%" + bare.toLowerCase(Locale.ROOT) + "%");
                        statement.setString(i, bare.toLowerCase(Locale.ROOT) + "%");
                    }
                },
                row -> alarm(row, new LinkedHashMap<>()));
    }

    private static Map<String, Object> alarm(ResultSet row, Map<String, Object> into) throws SQLException {
        into.put("id", row.getString("id"));
        into.put("name", row.getString("name"));
        into.put("site", row.getString("site"));
        into.put("camera", row.getString("camera"));
        into.put("cameraName", row.getString("label"));
        into.put("time", row.getTimestamp("happened").toInstant());
        into.put("receivedAt", row.getTimestamp("received").toInstant());
        into.put("state", row.getString("state"));
        return into;
    }

    /**
     * @param id an alarm's id
     * @return the alarm at each of its cameras with all steps, oldest first; empty when there is none of that id
     */
    public List<Map<String, Object>> trace(String id) {
        return query(
                "select * from alarm where id = ? order by received", statement -> statement.setString(1, id), row -> {
                    UUID uid = row.getObject("uid", UUID.class);
                    Map<String, Object> found = alarm(row, new LinkedHashMap<>());
                    found.put("steps", steps(uid));
                    return found;
                });
    }

    private List<Map<String, Object>> steps(UUID uid) {
        return query(
                "select seen, target, result, millis, detail from step where uid = ? order by number limit 1000",
                statement -> statement.setObject(1, uid),
                row -> {
                    var step = new LinkedHashMap<String, Object>();
                    step.put("at", row.getTimestamp("seen").toInstant());
                    step.put("target", row.getString("target"));
                    step.put("result", row.getString("result"));
                    step.put("millis", row.getLong("millis"));
                    step.put("detail", row.getString("detail"));
                    return step;
                });
    }

    /**
     * @param cameras GUIDs of cameras
     * @return when each last had an alarm; those that had none are missing
     */
    public Map<String, Instant> lastAlarms(List<String> cameras) {
        var last = new LinkedHashMap<String, Instant>();
        query(
                "select camera, max(received) as received from alarm where camera = any(?) group by camera",
                statement -> statement.setObject(1, cameras.toArray()),
                row -> last.put(
                        row.getString("camera"), row.getTimestamp("received").toInstant()));
        return last;
    }

    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Binding binding, Reading<T> reading) {
        if (database == null) {
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
        closing = true;
        try {
            writer.join(CLOSING.toMillis());
            if (database != null) {
                database.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.debug("The history was not closed well", e);
        }
    }
}
