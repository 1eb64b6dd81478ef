package ualarm.alarm;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One message of an alarm sender, read.
 *
 * @param id the sender's id of the alarm, or one of ours when it gave none
 * @param name the alarm's name in U-Alarm
 * @param type the kind of alarm, for example {@code INTRUSION_DETECTION}; empty when not given
 * @param state what the message says about the alarm
 * @param time when it happened (UTC)
 * @param sentTime the sender's own writing of the time; empty when it gave none
 * @param receivedAt when we received it (UTC)
 * @param sightings its cameras, each once
 * @param warnings what was odd about the message, for the sender's eyes
 */
public record Alarm(
        String id,
        String name,
        String type,
        State state,
        Instant time,
        String sentTime,
        Instant receivedAt,
        List<Sighting> sightings,
        List<String> warnings) {

    /** What a message says about its alarm. */
    public enum State {
        /** The alarm is on: raise it. */
        RAISED,
        /** The alarm is over: nothing to raise (u-alarm-input.md I10). */
        ENDED,
        /** No alarm at all, the sender only shows that it lives (u-alarm-input.md I9). */
        HEARTBEAT
    }

    @Override
    public String toString() {
        return id + " \"" + name + "\" at "
                + sightings.stream().map(Sighting::camera).collect(Collectors.joining(", "));
    }
}
