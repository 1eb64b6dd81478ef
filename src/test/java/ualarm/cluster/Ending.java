package ualarm.cluster;

import java.util.concurrent.TimeUnit;

/** How processes of the cluster end. */
final class Ending {

    private Ending() {}

    static void kill(Process process) {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tells it to stop; one that has not within so many seconds is killed. */
    static void stop(Process process, int seconds) {
        process.destroy();
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                kill(process);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
