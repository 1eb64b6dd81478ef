package ualarm.simulator;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Refuses what the user's role lacks a permission for; answers nothing else. An administrator, as in the samples, lacks none. */
final class Permissions implements Resource {

    private final Vms vms;
    private final Set<Permission> missing = EnumSet.noneOf(Permission.class);

    Permissions(Vms vms) {
        this.vms = vms;
    }

    void set(Permission permission, boolean isGiven) {
        if (isGiven) {
            missing.remove(permission);
        } else {
            missing.add(permission);
        }
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        String resource = path.get(0).toLowerCase(Locale.ROOT);
        boolean isRead = request.method().equals("GET");
        boolean isRefused = vms.release().hasEvents()
                && switch (resource) {
                    case "events" -> !isRead && (lacks(Permission.TRIGGER_EVENTS) || isOfHidden(request));
                    case "alarms", "alarmstates", "alarmpriorities", "alarmcategories", "alarmmessages" ->
                        lacks(Permission.VIEW_ALARMS)
                                || !isRead && (lacks(Permission.MANAGE_ALARMS) || isOfHidden(request));
                    default -> false;
                };
        return isRefused ? Optional.of(Answer.forbidden()) : Optional.empty();
    }

    private boolean lacks(Permission permission) {
        return missing.contains(permission);
    }

    private boolean isOfHidden(Request request) {
        return vms.isHidden(request.body().path("source").asText());
    }
}
