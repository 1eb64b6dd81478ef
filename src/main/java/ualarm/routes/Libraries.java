package ualarm.routes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The jars in {@code lib/} beside the connector's own: Camel components, drivers and classes of an integrator's, for the routes. */
public final class Libraries {

    private static final String CAMEL = "META-INF/maven/org.apache.camel/";

    private final Path folder;

    /** @param folder the folder {@code lib/}, which need not exist */
    public Libraries(Path folder) {
        this.folder = folder;
    }

    /** @return those beside the jar that this class comes from; none when it comes from none */
    public static Libraries besideTheJar() {
        try {
            Path jar = Path.of(Libraries.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new Libraries(jar.resolveSibling(Files.isRegularFile(jar) ? "lib" : "no-lib"));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return the jars, by name */
    public List<Path> jars() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Has the classes of the jars found by this thread, by Camel, and by the threads that are made from now on. What is packed in the
     * connector goes before.
     */
    public void load() {
        List<Path> jars = jars();
        if (!jars.isEmpty()) {
            URL[] urls = jars.stream().map(Libraries::url).toArray(URL[]::new);
            Thread.currentThread()
                    .setContextClassLoader(new URLClassLoader(
                            "lib", urls, Thread.currentThread().getContextClassLoader()));
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * @param camel Camel's version in the connector
     * @return a line for each jar that cannot be used, saying what to put there
     */
    public List<String> faults(String camel) {
        var faults = new ArrayList<String>();
        for (Path jar : jars()) {
            try (var file = new JarFile(jar.toFile())) {
                for (JarEntry entry : file.stream()
                        .filter(each -> each.getName().startsWith(CAMEL)
                                && each.getName().endsWith("/pom.properties"))
                        .toList()) {
                    var maven = new Properties();
                    try (InputStream in = file.getInputStream(entry)) {
                        maven.load(in);
                    }
                    String version = maven.getProperty("version", "");
                    if (!version.equals(camel)) {
                        String name = maven.getProperty("artifactId", "");
                        faults.add("lib/" + jar.getFileName() + ": it is made for Camel " + version
                                + ", and this is Camel " + camel + ". Put " + name + "-" + camel
                                + ".jar there, with what that needs.");
                    }
                }
            } catch (IOException e) {
                faults.add("lib/" + jar.getFileName() + ": it cannot be read (" + e.getMessage()
                        + "). Copy it anew, or take it away.");
            }
        }
        return faults;
    }
}
