package ualarm;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** In place of the packed jar, which comes after the tests: the same classes, with the libraries where Maven has them. */
final class ThinJar {

    private ThinJar() {}

    /**
     * @param file the jar
     * @param more what its manifest says besides
     * @param place how it names a library
     */
    static void write(Path file, Map<Attributes.Name, String> more, Function<Path, String> place) throws IOException {
        Path classes = Path.of("target/classes");
        var manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, "ualarm.Connector");
        attributes.put(
                Attributes.Name.CLASS_PATH,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> entry.endsWith(".jar"))
                        .map(entry -> place.apply(Path.of(entry)))
                        .collect(Collectors.joining(" ")));
        more.forEach(attributes::put);
        try (OutputStream out = Files.newOutputStream(file);
                var jar = new JarOutputStream(out, manifest);
                Stream<Path> all = Files.walk(classes)) {
            for (Path path : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, jar);
            }
        }
    }
}
