package ualarm.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered;

/** What can still be read of a place of the journal that the disk has changed. */
final class Remains {

    /** Bytes that the record of an alarm has at least; and how many it has at most beside the alarm. */
    private static final int SMALLEST = 200;

    private static final int BESIDE = 400;
    private static final int MOST_KEPT = 64 << 10;

    /** An alarm as the journal keeps it: its id comes first; what it has braces of, its detections, is in a list. */
    private static final Pattern KEPT = Pattern.compile("\\{\"id\":\"[^\\x00]*?\\}(?=[^,\\]}]|$)");

    private static final Pattern ID = Pattern.compile("\"id\":\"((?:[^\"\\\\\\x00-\\x1f]|\\\\.){1,200})\"");

    /** {@link Entry#ALARM_ID} as Artemis writes it: name, type, length, two bytes a character. */
    private static final Pattern NOTED_ID = Pattern.compile(
            Pattern.quote(wide(Entry.ALARM_ID)) + ".\\x00\\x00.(.)((?:[\\x20-\\x7e]\\x00){1,200})", Pattern.DOTALL);

    private final String text;
    private final List<Alarm> alarms = new ArrayList<>();

    /**
     * An alarm that was there.
     *
     * @param id its id; empty when that cannot be read
     * @param content the alarm when it is whole, else the place's bytes
     * @param at where something of it stands, in bytes
     */
    record Alarm(String id, byte[] content, int at) {}

    /** @param bytes what stands there */
    Remains(byte[] bytes) {
        text = new String(bytes, StandardCharsets.ISO_8859_1);
        var rest = new StringBuilder(text);
        Set<String> whole = new LinkedHashSet<>();
        Matcher kept = KEPT.matcher(text);
        while (kept.find()) {
            Optional<CameraAlarm> alarm = alarm(kept.group());
            if (alarm.isPresent() && whole.add(alarm.get().id())) {
                alarms.add(new Alarm(alarm.get().id(), bytes(kept.group()), kept.start()));
                rest.replace(kept.start(), kept.end(), "\u0000".repeat(kept.end() - kept.start()));
            }
        }
        Map<String, Integer> ids = ids(rest.toString());
        ids.keySet().removeAll(whole);
        int length = text.length()
                - alarms.stream().mapToInt(alarm -> alarm.content().length).sum();
        byte[] left = bytes(rest.substring(0, Math.min(rest.length(), MOST_KEPT)));
        ids.forEach((id, at) -> alarms.add(new Alarm(id, left, at)));
        if (ids.isEmpty() && length >= SMALLEST + BESIDE * whole.size()) {
            alarms.add(new Alarm("", left, 0));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String wide(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_16LE), StandardCharsets.ISO_8859_1);
    }

    private static Optional<CameraAlarm> alarm(String json) {
        try {
            return Optional.of(CameraAlarm.ofJson(bytes(json)));
        } catch (Undelivered.Never notOne) {
            return Optional.empty();
        }
    }

    /** @return ids, and where each stands */
    private static Map<String, Integer> ids(String text) {
        var ids = new LinkedHashMap<String, Integer>();
        Matcher id = ID.matcher(text);
        while (id.find()) {
            ids.putIfAbsent(id.group(1), id.start());
        }
        Matcher noted = NOTED_ID.matcher(text);
        while (noted.find()) {
            int length = Math.min(noted.group(1).charAt(0), noted.group(2).length());
            ids.putIfAbsent(noted.group(2).substring(0, length).replace("\u0000", ""), noted.start());
        }
        return ids;
    }

    /** @return the alarms that were there, as far as that can be seen */
    List<Alarm> alarms() {
        return alarms;
    }

    /**
     * @param names of queues
     * @param alarm one of those that were there
     * @return the queue that it stood in: in its record, the name comes before it
     */
    Optional<String> queue(Collection<String> names, Alarm alarm) {
        List<String> longestFirst = names.stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList();
        return longestFirst.stream()
                .filter(name -> text.lastIndexOf(wide(name), alarm.at()) >= 0)
                .max(Comparator.comparing(name -> text.lastIndexOf(wide(name), alarm.at())))
                .or(() -> longestFirst.stream()
                        .filter(name -> text.contains(wide(name)))
                        .findFirst());
    }
}
