package ualarm.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import ualarm.alarm.WholeFile;

/**
 * The files of routes that have run, in the data folder: each file's last ten versions, and which of them ran last, together. Below
 * {@code routes/} of that folder, {@code <file>/<version>} is a version, and {@code last} names those that ran last, a line each.
 */
public final class RouteVersions {

    /** So many versions of a file are kept. */
    static final int KEPT = 10;

    private static final String LAST = "last";

    private final Path folder;

    /**
     * A version of a file.
     *
     * @param version its number, from 1 on
     * @param since when it began to run (UTC)
     */
    public record Version(int version, Instant since) {}

    /** @param data the connector's data folder */
    public RouteVersions(Path data) {
        this.folder = data.resolve("routes");
    }

    /**
     * @return the files that ran last, together; nothing when none ever did, or one of them cannot be read any more
     */
    public Optional<List<RouteFile>> last() {
        Path last = folder.resolve(LAST);
        if (!Files.exists(last)) {
            return Optional.empty();
        }
        try {
            var files = new ArrayList<RouteFile>();
            for (String line : Files.readAllLines(last)) {
                int end = line.lastIndexOf(' ');
                String name = line.substring(0, end);
                files.add(new RouteFile(name, text(name, Integer.parseInt(line.substring(end + 1)))));
            }
            return Optional.of(files);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Keeps files that run now, together.
     *
     * @throws UncheckedIOException when they cannot be written
     */
    public void keep(Collection<RouteFile> files) {
        try {
            Files.createDirectories(folder);
            var last = new ArrayList<String>();
            for (RouteFile file : files) {
                last.add(file.name() + " " + keep(file));
            }
            WholeFile.write(folder.resolve(LAST), String.join("\n", last) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int keep(RouteFile file) throws IOException {
        List<Version> versions = versions(file.name());
        if (!versions.isEmpty() && text(file.name(), versions.get(0).version()).equals(file.text())) {
            return versions.get(0).version();
        }
        int next = versions.isEmpty() ? 1 : versions.get(0).version() + 1;
        Files.createDirectories(folder(file.name()));
        WholeFile.write(path(file.name(), next), file.text());
        for (Version old : versions.stream().skip(KEPT - 1L).toList()) {
            Files.deleteIfExists(path(file.name(), old.version()));
        }
        return next;
    }

    /**
     * @param file a file's name
     * @return its versions, the newest first; none when it never ran
     */
    public List<Version> versions(String file) {
        if (!RouteFile.isName(file) || !Files.isDirectory(folder(file))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder(file))) {
            var versions = new ArrayList<Version>();
            for (Path path : files.toList()) {
                if (path.getFileName().toString().matches("\\d{1,9}")) {
                    versions.add(new Version(
                            Integer.parseInt(path.getFileName().toString()),
                            Files.getLastModifiedTime(path).toInstant()));
                }
            }
            versions.sort(Comparator.comparing(Version::version).reversed());
            return versions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return every file's versions, by the file's name */
    public Map<String, List<Version>> all() {
        var all = new LinkedHashMap<String, List<Version>>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(Files::isDirectory)
                        .map(path -> folder.relativize(path).toString().replace('\\', '/'))
                        .filter(RouteFile::isName)
                        .sorted()
                        .forEach(name -> all.put(name, versions(name)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }

    /**
     * @param file a file's name
     * @param version one of its versions
     * @return what was written in it; nothing when it is not kept
     */
    public Optional<RouteFile> version(String file, int version) {
        if (!RouteFile.isName(file) || !Files.exists(path(file, version))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RouteFile(file, text(file, version)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return the version before the newest; nothing when there is none */
    public OptionalInt before(String file) {
        return versions(file).stream().skip(1).mapToInt(Version::version).findFirst();
    }

    private String text(String file, int version) throws IOException {
        return Files.readString(path(file, version), StandardCharsets.UTF_8);
    }

    private Path path(String file, int version) {
        return folder(file).resolve(String.valueOf(version));
    }

    private Path folder(String file) {
        return folder.resolve(file);
    }
}
