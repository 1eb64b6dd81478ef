package ualarm;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Programs beside the JDK that a test may need. */
final class Tools {

    private Tools() {}

    /** @return whether all of these are in the PATH */
    static boolean are(String... names) {
        String[] folders = System.getenv("PATH").split(File.pathSeparator);
        return Arrays.stream(names)
                .allMatch(name -> Arrays.stream(folders)
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(name))));
    }
}
