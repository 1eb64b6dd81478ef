package ualarm.setup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import ualarm.alarm.Undelivered.Later;
import ualarm.command.XProtectRoutes;
import ualarm.site.Settings;
import ualarm.site.Site;

/** Removes from XProtect what set-up has created there, and nothing else: by the ids that it noted. The settings stay. */
public final class Undo {

    private final Settings settings;
    private final CreatedFile created;

    /** @param settings the settings with the sites */
    public Undo(Settings settings) {
        this.settings = settings;
        this.created = new CreatedFile(settings);
    }

    /** @return what is going to be removed, a sentence each, last created first */
    public List<String> will() throws IOException {
        return created().stream()
                .map(each -> "Will remove " + each.words() + ".")
                .toList();
    }

    private List<Created> created() throws IOException {
        var all = new ArrayList<>(created.all());
        Collections.reverse(all);
        return all;
    }

    /** @return what came of it */
    public Outcome apply() throws IOException {
        var done = new ArrayList<String>();
        var failed = new ArrayList<String>();
        for (Created each : created()) {
            Optional<Site> site = settings.sites().all().stream()
                    .filter(known -> known.name().equals(each.site())
                            && known.url().toString().equals(each.url()))
                    .findFirst();
            if (site.isEmpty()) {
                failed.add("Failed: remove " + each.words() + ". The site " + each.site() + " is no longer at "
                        + each.url() + ": set its address and login once more, or remove it in Management Client.");
                continue;
            }
            try (var on = new Worksite(
                    () -> new XProtectRoutes(settings, Found.ROUTES), site.get(), created, Optional.empty())) {
                on.remove(each);
                done.add("Removed " + each.words() + ".");
            } catch (IOException | Later | IllegalStateException e) {
                failed.add("Failed: remove " + each.words() + ". " + e.getMessage());
            }
        }
        return new Outcome(done, failed);
    }
}
