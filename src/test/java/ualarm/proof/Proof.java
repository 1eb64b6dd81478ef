package ualarm.proof;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

public final class Proof {
    private Proof() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("proof");
        System.out.println(folder);
        long seed = Long.getLong("proof.seed", System.nanoTime());
        try (var stand = new Stand(folder.resolve("connector"), "")) {
            Runtime.getRuntime().addShutdownHook(new Thread(stand.connector()::kill));
            var cuts = new PowerCuts(stand, folder, Layer.of("disk").get(), seed);
            var sum = cuts.run(
                    Integer.getInteger("proof.cuts", 3),
                    Integer.getInteger("proof.rate", 200),
                    Duration.ofMillis(Integer.getInteger("proof.life", 1000)));
            System.out.println("Power cut, seed " + seed + ": " + cuts + "; " + sum);
        }
    }
}
