package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ualarm.Rig;
import ualarm.Simulator;

/** Jars of an integrator's, in {@code lib/}. */
class LibrariesTest {

    @TempDir
    private Path folder;

    @Test
    void aRouteUsesAComponentAndAClassOfAJar() throws IOException {
        jar("siren.jar", "com/example/Siren.class", compiled());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (var rig = new Rig(Simulator.CORPORATE)) {
            new Libraries(folder).load();
            Path routes = rig.folder().resolve("routes");
            new RouteFolder(routes).unpack();
            Files.writeString(routes.resolve("siren.camel.yaml"), """
                    - route:
                        id: siren
                        description: Sounds the siren.
                        from:
                          uri: timer:siren
                          parameters:
                            repeatCount: 1
                          steps:
                            - bean:
                                beanType: com.example.Siren
                                method: sound
                            - log: { logName: ualarm.mine, message: "${body}" }
                    """);
            rig.start();
            await().until(() -> rig.log().contains("the siren sounds"));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private byte[] compiled() throws IOException {
        Path source = Files.createDirectories(folder.resolve("com/example")).resolve("Siren.java");
        Files.writeString(
                source,
                "package com.example; public class Siren { public String sound() { return \"the siren sounds\"; } }");
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
                .isZero();
        return Files.readAllBytes(source.resolveSibling("Siren.class"));
    }

    @Test
    void aComponentOfAnotherCamelIsNamed() throws IOException {
        jar(
                "camel-mqtt5.jar",
                "META-INF/maven/org.apache.camel/camel-mqtt5/pom.properties",
                "groupId=org.apache.camel\nartifactId=camel-mqtt5\nversion=4.22.0\n".getBytes());
        jar(
                "camel-kafka.jar",
                "META-INF/maven/org.apache.camel/camel-kafka/pom.properties",
                "groupId=org.apache.camel\nartifactId=camel-kafka\nversion=4.18.0\n".getBytes());
        Files.writeString(folder.resolve("torn.jar"), "torn");
        assertThat(new Libraries(folder).faults("4.18.0"))
                .hasSize(2)
                .contains("lib/camel-mqtt5.jar: it is made for Camel 4.22.0, and this is Camel 4.18.0."
                        + " Put camel-mqtt5-4.18.0.jar there, with what that needs.")
                .anySatisfy(fault -> assertThat(fault).startsWith("lib/torn.jar: it cannot be read"));
    }

    private void jar(String name, String entry, byte[] content) throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve(name));
                var jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry(entry));
            jar.write(content);
        }
    }
}
