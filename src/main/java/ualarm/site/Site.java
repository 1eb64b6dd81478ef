package ualarm.site;

import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One XProtect system and the people who look after it, as its settings say.
 *
 * @param name the installer's own name for it
 * @param url XProtect's address, without a path and without a slash at the end
 * @param username XProtect basic user
 * @param password the basic user's password
 * @param edition the edition when the installer says it; nothing when it is to be read from XProtect
 * @param trigger how the analytics event is triggered
 * @param event name of the analytics event to trigger
 * @param eventServer where the event server takes analytics XML; without a path
 * @param sendTime whether a REST event carries the alarm's time; that XProtect honours it is inferred (milestone-api.md 4.1)
 * @param raiseAlarm whether the alarm itself is raised beside the event
 * @param trust whose certificates are accepted: {@code system}, {@code insecure} or the path of a PEM file
 * @param mail who gets mail, and when
 * @param aliases other names of cameras, each with the camera's GUID
 * @param webhookSecret the token of XProtect's webhooks; none = they are not accepted
 * @param supervision how long U-Alarm may say nothing before that is an alarm; nothing = for ever
 * @param timeZone time zone for texts
 * @param confirms whether each event is looked for on XProtect's events WebSocket, where it has one
 * @param boxes whether operators are to see the boxes: then analytics XML is taken where the event server's port answers
 * @param snapshot whether a picture with the boxes is attached to the raised alarm; how is inferred (milestone-api.md 5.3)
 */
public record Site(
        String name,
        URI url,
        String username,
        Secret password,
        Optional<Edition> edition,
        Trigger trigger,
        String event,
        URI eventServer,
        Choice sendTime,
        Choice raiseAlarm,
        String trust,
        Mail mail,
        Map<String, UUID> aliases,
        Secret webhookSecret,
        Optional<Duration> supervision,
        ZoneId timeZone,
        boolean confirms,
        boolean boxes,
        boolean snapshot) {

    /** Name of the event that tells of a silent U-Alarm, where XProtect has one of that name. */
    public static final String SUPERVISION_EVENT = "U-Alarm supervision";

    /** How the analytics event is triggered. */
    public enum Trigger {
        /** By REST from XProtect 2023 R2 on, else by XML. */
        AUTO,
        /** Events REST API. */
        REST,
        /** Analytics XML to the event server. */
        XML
    }

    /** A choice that the connector may be left to make. */
    public enum Choice {
        /** By what XProtect says. */
        AUTO,
        /** Yes. */
        ON,
        /** No. */
        OFF
    }

    /**
     * @param to recipients; none = no mail
     * @param when which alarms are mailed
     * @param fallbackAfter how long an alarm may wait for XProtect before the mail goes out
     */
    public record Mail(List<String> to, When when, Duration fallbackAfter) {

        /** Which alarms are mailed. */
        public enum When {
            /** Every alarm on Essential+, else only as fallback. */
            AUTO,
            /** Every alarm. */
            ALWAYS,
            /** None. */
            NEVER
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
