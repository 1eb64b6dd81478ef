package ualarm.journal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import ualarm.alarm.CameraAlarm;

/**
 * Which queues get the alarms of other queues as well: a route adds itself by saying {@code beside} which, and no route that stores
 * alarms need know of it. Read for every alarm, so what it is asked for is made when it changes.
 */
final class Besides {

    private final Set<String> sites;
    private final List<JournalEndpoint> endpoints = new CopyOnWriteArrayList<>();
    private volatile Map<String, List<String>> byQueue = Map.of();

    /** @param sites the names of all sites */
    Besides(Set<String> sites) {
        this.sites = sites;
    }

    void add(JournalEndpoint endpoint) {
        if (!endpoint.getBeside().isEmpty()) {
            endpoints.add(endpoint);
            build();
        }
    }

    void remove(JournalEndpoint endpoint) {
        if (endpoints.remove(endpoint)) {
            build();
        }
    }

    private synchronized void build() {
        var next = new HashMap<String, List<String>>();
        for (JournalEndpoint endpoint : endpoints) {
            for (String site : sites) {
                String queue = endpoint.getBeside().replace("*", site);
                next.computeIfAbsent(queue, name -> new ArrayList<>()).add(endpoint.of(site));
            }
        }
        byQueue = next;
    }

    /**
     * @param queues where an alarm is to be stored
     * @param alarm the alarm; one that is not at a camera stays alone
     * @return these queues, and those that stand beside one of them
     */
    List<String> with(List<String> queues, CameraAlarm alarm) {
        Map<String, List<String>> now = byQueue;
        if (now.isEmpty() || alarm.camera().isEmpty()) {
            return queues;
        }
        var all = new ArrayList<>(queues);
        queues.stream()
                .map(queue -> now.getOrDefault(queue, List.of()))
                .flatMap(Collection::stream)
                .distinct()
                .forEach(all::add);
        return all;
    }
}
