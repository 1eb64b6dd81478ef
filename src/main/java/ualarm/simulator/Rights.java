package ualarm.simulator;

import java.util.List;
import java.util.Optional;

/** What the user may do, from 2024 R2 on (milestone-api.md 8.4): only whether it is an administrator. */
final class Rights implements Resource {

    private final Vms vms;

    Rights(Vms vms) {
        this.vms = vms;
    }

    @Override
    public Optional<Answer> answer(List<String> path, Request request) {
        // It came with the same release as the tasks.
        if (!path.get(0).equalsIgnoreCase("effectivePermissions")
                || path.size() != 2
                || !vms.release().hasTasks()) {
            return Optional.empty();
        }
        var rights = Json.object().put("id", path.get(1)).put("isAdministrator", vms.isAdministrator());
        rights.putArray("objectPermissions");
        return Optional.of(Answer.data(200, rights));
    }
}
