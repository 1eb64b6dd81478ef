package ualarm.alarm;

import java.time.Duration;
import java.util.Optional;

/** A far end did not take an alarm. The one question is whether trying again can help. */
public abstract sealed class Undelivered extends RuntimeException {

    /** Sorts of trouble, for counting. */
    public enum Kind {
        /** A login or token is refused. */
        AUTH,
        /** No answer in time. */
        TIMEOUT,
        /** The far end has a fault of its own: 5xx, 429. */
        SERVER,
        /** The far end does not accept what was sent. */
        CLIENT,
        /** It cannot be connected to, or broke the connection. */
        REFUSED,
        /** Anything else, for example a camera that is not known yet. */
        OTHER
    }

    private Undelivered(String reason) {
        super(reason, null, false, false);
    }

    /** Trying again can help: the far end is down, slow, busy or not yet set up. */
    public static final class Later extends Undelivered {

        private final transient Optional<Duration> after;
        private final Kind kind;

        /** @param reason what happened and what to do about it */
        public Later(String reason) {
            this(reason, Kind.OTHER);
        }

        /**
         * @param reason what happened and what to do about it
         * @param kind what sort of trouble it is, for counting
         */
        public Later(String reason, Kind kind) {
            this(reason, Optional.empty(), kind);
        }

        /**
         * @param reason what happened and what to do about it
         * @param after how long the far end asked us to wait
         */
        public Later(String reason, Optional<Duration> after) {
            this(reason, after, Kind.OTHER);
        }

        /**
         * @param reason what happened and what to do about it
         * @param after how long the far end asked us to wait
         * @param kind what sort of trouble it is, for counting
         */
        public Later(String reason, Optional<Duration> after, Kind kind) {
            super(reason);
            this.after = after;
            this.kind = kind;
        }

        /** @return what sort of trouble it is, for counting */
        public Kind kind() {
            return kind;
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
