package ualarm.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteOpenMode;

/** The history's SQLite file: how it is opened, what it looks like, how it is kept small. */
final class HistoryFile {

    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    /** So many of the oldest are forgotten at once: a long write would hold up the others. */
    private static final int FORGOTTEN_AT_ONCE = 2_000;

    private static final int LARGEST_LOG = 16 << 20;

    /**
     * One row an alarm at a camera, its steps as lines of text: rows in the order of time cost least to add. The number is a
     * {@link RowNumber}. The words are what a search looks into, in small letters.
     */
    private static final List<String> SCHEMA = List.of(
            """
            create table if not exists alarm(
              number integer primary key, id text not null, name text not null, site text not null, camera text not null,
              label text not null, words text not null, happened integer not null, state text not null, steps text not null)
            """,
            "create index if not exists alarm_id on alarm(id)",
            "create index if not exists alarm_camera on alarm(camera, number)");

    private static final String FORGET =
            "delete from alarm where number in (select number from alarm where number < ? order by number limit ?)";

    private final Path path;

    /** @param directory where the file lies */
    HistoryFile(Path directory) {
        path = directory.toAbsolutePath().resolve("history.sqlite");
    }

    /** @return whether there is one */
    boolean exists() {
        return Files.exists(path);
    }

    /** Makes the folder where SQLite unpacks its library. It takes it away when the process ends; one that was killed left it there. */
    void unpackBeside() {
        Path folder = path.resolveSibling("tmp");
        try {
            Files.createDirectories(folder);
            try (var left = Files.list(folder)) {
                for (Path each : left.toList()) {
                    Files.delete(each);
                }
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be emptied: {}", folder, e.getMessage());
        }
        System.setProperty("org.sqlite.tmpdir", folder.toString());
    }

    /** @return a connection that writes, in transactions; the file is made when there is none */
    Connection open() throws IOException, SQLException {
        Files.createDirectories(path.getParent());
        Connection connection = connect(config());
        try (var statement = connection.createStatement()) {
            for (String each : SCHEMA) {
                statement.execute(each);
            }
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private static SQLiteConfig config() {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // What the last second brought may be missing after a power cut; the file is whole.
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setJournalSizeLimit(LARGEST_LOG);
        return config;
    }

    private Connection connect(SQLiteConfig config) throws SQLException {
        return config.createConnection("jdbc:sqlite:" + path);
    }

    /** Gives a statement its parameters. */
    interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    /** Reads a row. */
    interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Searches, on a connection of its own, so that it does not wait for the writer.
     *
     * @throws IllegalStateException when the file cannot be read
     */
    <T> List<T> query(String sql, Binding binding, Reading<T> reading) {
        var config = config();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        var found = new ArrayList<T>();
        try (Connection own = connect(config);
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

    /** Forgets what was received before that time, and the oldest for as long as there is more than that many bytes. */
    static void forget(Connection writer, Instant before, long largest) throws SQLException {
        forgetBelow(writer, RowNumber.of(before));
        while (size(writer) > largest && forgetBelow(writer, Long.MAX_VALUE) > 0) {
            writer.commit();
        }
    }

    private static int forgetBelow(Connection writer, long number) throws SQLException {
        try (PreparedStatement statement = writer.prepareStatement(FORGET)) {
            statement.setLong(1, number);
            statement.setInt(2, FORGOTTEN_AT_ONCE);
            return statement.executeUpdate();
        }
    }

    /** In bytes, without what is free for what comes next. */
    private static long size(Connection writer) throws SQLException {
        return (count(writer, "page_count") - count(writer, "freelist_count")) * count(writer, "page_size");
    }

    private static long count(Connection writer, String pragma) throws SQLException {
        try (var statement = writer.createStatement();
                ResultSet row = statement.executeQuery("pragma " + pragma)) {
            return row.getLong(1);
        }
    }

    /** @return whether the file is no longer a database */
    static boolean isDamaged(Exception failure) {
        return failure instanceof SQLException fault
                && (fault.getErrorCode() == SQLiteErrorCode.SQLITE_NOTADB.code
                        || fault.getErrorCode() == SQLiteErrorCode.SQLITE_CORRUPT.code);
    }

    /** Takes a damaged file out of the way, so that the next {@link #open} begins anew. */
    void putAside() throws IOException {
        for (String log : List.of("-wal", "-shm")) {
            Files.deleteIfExists(path.resolveSibling(path.getFileName() + log));
        }
        Path aside = path.resolveSibling("history.damaged.sqlite");
        Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.warn("The history was damaged and begins anew; the old one is kept as {}", aside);
    }
}
