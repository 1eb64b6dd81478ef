package ualarm.proof;

import java.time.Duration;
import java.util.Random;
import ualarm.cluster.Book;
import ualarm.cluster.Sending;

/** Kills a connector with SIGKILL under load, while it starts, while it works off what has waited, and twice in a row. */
final class Killing {

    private final Stand stand;
    private final Random random;
    private final Lives lives;
    private int inARow;

    /** @param seed by which a run's moments are chosen again */
    Killing(Stand stand, long seed) {
        this.stand = stand;
        this.random = new Random(seed);
        this.lives = new Lives(stand.connector(), random);
    }

    /** Kills it so often, and has it work off what is there. */
    Book.Sum run(int count, int aSecond, Duration longest) throws InterruptedException {
        try (Sending sending = stand.send(aSecond)) {
            boolean wasEarly = false;
            for (int i = 0; i < count; i++) {
                // What has waited while XProtect was away is worked off in the next life.
                stand.reachable(random.nextInt(3) > 0);
                boolean isEarly = random.nextInt(4) == 0;
                inARow += isEarly && wasEarly ? 1 : 0;
                wasEarly = isEarly;
                lives.live(isEarly, longest);
            }
            stand.reachable(true);
            stand.connector().start();
            stand.connector().awaitReady();
        }
        return stand.settle(Duration.ofMinutes(3));
    }

    @Override
    public String toString() {
        return lives + ", " + inARow + " of these right after another";
    }
}
