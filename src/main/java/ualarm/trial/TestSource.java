package ualarm.trial;

import java.util.Optional;
import java.util.function.Function;

/**
 * Where a test comes from.
 *
 * @param name the file as it is shown
 * @param text its text
 * @param neighbours reads a file by its path from the test on
 * @param routes reads a file by its path in the folder of routes
 */
record TestSource(
        String name,
        String text,
        Function<String, Optional<byte[]>> neighbours,
        Function<String, Optional<byte[]>> routes) {}
