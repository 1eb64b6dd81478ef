package ualarm.cluster;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * What was sent, answered with 200, arrived, and was given up. Each alarm has a time of its own, a millisecond after the one before, by which its event
 * is known again, and a name of its own, by which its mail is. The lock on this guards it all.
 */
public final class Book {

    private static final class Alarm {
        private final int camera;
        private boolean isAccepted;
        private int events;
        private int mails;
        private boolean isDeadLetter;

        Alarm(int camera) {
            this.camera = camera;
        }
    }

    /**
     * How it stands.
     *
     * @param accepted alarms that were answered with 200
     * @param delivered of these, those with an event
     * @param deadLetters of these, those without an event that are among the dead letters
     * @param lost of these, those of which there is neither
     * @param doubled events too many
     * @param unmailed accepted alarms that stand in no mail
     * @param mailedTwice mentions in mails too many
     * @param outOfOrder events that came after one of a later alarm of the same camera
     */
    public record Sum(
            int accepted,
            int delivered,
            int deadLetters,
            int lost,
            int doubled,
            int unmailed,
            int mailedTwice,
            int outOfOrder) {

        /** @return this and another one together */
        public Sum plus(Sum other) {
            return new Sum(
                    accepted + other.accepted,
                    delivered + other.delivered,
                    deadLetters + other.deadLetters,
                    lost + other.lost,
                    doubled + other.doubled,
                    unmailed + other.unmailed,
                    mailedTwice + other.mailedTwice,
                    outOfOrder + other.outOfOrder);
        }

        /** @return what has become of alarms since it stood otherwise */
        public Sum since(Sum before) {
            return new Sum(
                    accepted - before.accepted,
                    delivered - before.delivered,
                    deadLetters - before.deadLetters,
                    lost - before.lost,
                    doubled - before.doubled,
                    unmailed - before.unmailed,
                    mailedTwice - before.mailedTwice,
                    outOfOrder - before.outOfOrder);
        }
    }

    private long epoch = Instant.now()
            .minus(Duration.ofDays(1))
            .truncatedTo(ChronoUnit.SECONDS)
            .toEpochMilli();
    private final List<Alarm> alarms = new ArrayList<>();
    private final Map<Integer, Integer> latest = new HashMap<>();
    private int outOfOrder;

    /** @param first the time that the first alarm bears, else yesterday: a connector corrects one that is after its clock */
    public synchronized void begin(Instant first) {
        epoch = first.toEpochMilli();
    }

    /** @return the number of a new alarm; a camera's are numbered in the order in which they are sent */
    public synchronized int add(int camera) {
        alarms.add(new Alarm(camera));
        return alarms.size() - 1;
    }

    /** @return the time that an alarm bears */
    public synchronized Instant time(int alarm) {
        return Instant.ofEpochMilli(epoch + alarm);
    }

    /** An alarm was answered with 200. */
    public synchronized void accepted(int alarm) {
        alarms.get(alarm).isAccepted = true;
    }

    /** An event has arrived. */
    public synchronized void arrived(Instant time) {
        int number = (int) (time.toEpochMilli() - epoch);
        Alarm alarm = alarms.get(number);
        if (alarm.events++ == 0) {
            if (latest.getOrDefault(alarm.camera, -1) > number) {
                outOfOrder++;
            }
            latest.merge(alarm.camera, number, Math::max);
        }
    }

    /** A mail mentions an alarm. */
    public synchronized void mailed(int number) {
        alarms.get(number).mails++;
    }

    /** An alarm is among the dead letters. */
    public synchronized void givenUp(int number) {
        alarms.get(number).isDeadLetter = true;
    }

    /** Forgets what has become of the alarms. */
    public synchronized void again() {
        for (Alarm alarm : alarms) {
            alarm.events = 0;
            alarm.mails = 0;
            alarm.isDeadLetter = false;
        }
        latest.clear();
        outOfOrder = 0;
    }

    /** @return how many alarms were sent */
    public synchronized int size() {
        return alarms.size();
    }

    /**
     * @param cameras whose alarms are counted
     * @param end the number of the first alarm that is not
     * @return how many accepted alarms have no event
     */
    public synchronized long undelivered(IntPredicate cameras, int end) {
        return count(cameras, end, alarm -> alarm.events == 0);
    }

    /** @return how many accepted alarms stand in no mail; the parameters are those above */
    public synchronized long unmailed(IntPredicate cameras, int end) {
        return count(cameras, end, alarm -> alarm.mails == 0);
    }

    /** @return how many accepted alarms of these cameras stand in a mail */
    public synchronized long mentioned(IntPredicate cameras) {
        return count(cameras, alarms.size(), alarm -> alarm.mails > 0);
    }

    /** @return how many accepted alarms have no event and stand in no mail; the parameters are those above */
    public synchronized long untold(IntPredicate cameras, int end) {
        return count(cameras, end, alarm -> alarm.events == 0 && alarm.mails == 0);
    }

    private long count(IntPredicate cameras, int end, Predicate<Alarm> which) {
        return alarms.subList(0, end).stream()
                .filter(alarm -> alarm.isAccepted && cameras.test(alarm.camera) && which.test(alarm))
                .count();
    }

    /** @return how it stands now */
    public synchronized Sum sum() {
        return new Sum(
                count(alarm -> alarm.isAccepted ? 1 : 0),
                count(alarm -> alarm.isAccepted && alarm.events > 0 ? 1 : 0),
                count(alarm -> alarm.isAccepted && alarm.events == 0 && alarm.isDeadLetter ? 1 : 0),
                count(alarm -> alarm.isAccepted && alarm.events == 0 && !alarm.isDeadLetter ? 1 : 0),
                count(alarm -> Math.max(0, alarm.events - 1)),
                count(alarm -> alarm.isAccepted && alarm.mails == 0 ? 1 : 0),
                count(alarm -> Math.max(0, alarm.mails - 1)),
                outOfOrder);
    }

    private int count(java.util.function.ToIntFunction<Alarm> of) {
        return alarms.stream().mapToInt(of).sum();
    }
}
