package ualarm.journal;

import java.time.Duration;
import org.slf4j.LoggerFactory;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered.Kind;

/** Is told of each step of each alarm; what it does must neither fail nor wait. */
@FunctionalInterface
public interface Watcher {

    /** Nobody watches. */
    Watcher NONE = (queue, alarm, step) -> {};

    /** @return tells another one, whose faults stop nobody */
    static Watcher safe(Watcher other) {
        return (queue, alarm, step) -> {
            try {
                other.saw(queue, alarm, step);
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(Watcher.class).error("A step of {} was not noted.", alarm.id(), e);
            }
        };
    }

    /** What can become of an alarm in a queue. */
    enum Result {
        /** It is in the queue. */
        STORED,
        /** The far end took it. */
        DELIVERED,
        /** The far end did not take it; it is tried again. */
        LATER,
        /** It has waited too long and is mailed. */
        LATE,
        /** XProtect has shown the event that it took. */
        SEEN,
        /** XProtect has not shown the event that it took. */
        UNSEEN,
        /** It is a dead letter. */
        DEAD,
        /** Somebody has put the dead letter back into its queue. */
        REPLAYED,
        /** Somebody has thrown the dead letter away. */
        DISCARDED
    }

    /**
     * @param result what became of it
     * @param took how long the attempt took; zero when there was none
     * @param detail the reason, in words for an installer; empty when all is well
     * @param kind what sort of trouble it is
     */
    record Step(Result result, Duration took, String detail, Kind kind) {

        /** @return a step without trouble */
        public static Step of(Result result, Duration took) {
            return new Step(result, took, "", Kind.OTHER);
        }
    }

    /**
     * @param queue the queue, its channel and site: for example {@code event.main}
     * @param alarm the alarm
     * @param step what became of it
     */
    void saw(String queue, CameraAlarm alarm, Step step);
}
