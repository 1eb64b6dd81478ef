package ualarm.alarm;

import java.time.Duration;
import java.util.Optional;

/** A far end did not take an alarm. The one question is whether trying again can help. */
public abstract sealed class Undelivered extends RuntimeException {

    private Undelivered(String reason) {
        super(reason, null, false, false);
    }

    /** Trying again can help: the far end is down, slow, busy or not yet set up. */
    public static final class Later extends Undelivered {

        private final transient Optional<Duration> after;

        /** @param reason what happened and what to do about it */
        public Later(String reason) {
            this(reason, Optional.empty());
        }

        /**
         * @param reason what happened and what to do about it
         * @param after how long the far end asked us to wait
         */
        public Later(String reason, Optional<Duration> after) {
            super(reason);
            this.after = after;
        }

        /** @return how long the far end asked us to wait, if it did */
        public Optional<Duration> after() {
            return after;
        }
    }

    /** Trying again cannot help: somebody has to change something first. The alarm goes to the dead letters. */
    public static final class Never extends Undelivered {

        /** @param reason what happened and what to do about it */
        public Never(String reason) {
            super(reason);
        }
    }
}
