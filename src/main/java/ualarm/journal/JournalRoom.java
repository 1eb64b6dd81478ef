package ualarm.journal;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Text;
import ualarm.site.Settings;

/** Makes the component {@code journal:} known to the routes. */
public final class JournalRoom implements CamelConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(JournalRoom.class);

    private final JournalComponent component;

    /**
     * @param journal the journal, once it is open
     * @param sites the names of all sites
     * @param patience how long an alarm of a site may wait before it is told about; the empty name stands for any site
     * @param watcher is told of each step of each alarm
     */
    public JournalRoom(
            CompletableFuture<Journal> journal,
            Collection<String> sites,
            Function<String, Optional<Duration>> patience,
            Watcher watcher) {
        this.component = new JournalComponent(
                journal, new Ladder(ThreadLocalRandom.current()), Set.copyOf(sites), watcher, patience);
    }

    /**
     * @param place where the journal is
     * @return the open journal
     * @throws IllegalStateException when it cannot be opened, saying why
     */
    public static Journal open(Settings.JournalPlace place) {
        try {
            return place.url().isEmpty()
                    ? Journal.embedded(place.directory())
                    : Journal.external(
                            place.url(), place.username(), place.password().reveal());
        } catch (Exception e) {
            LOG.debug("The journal cannot be opened", e);
            throw new IllegalStateException("The journal cannot be opened: " + Text.root(e));
        }
    }

    /** @return the component that hands out alarms */
    public JournalComponent component() {
        return component;
    }

    /** Begins to hand out alarms, once all routes are there that they may need. */
    public void handOut() {
        component.handOut();
    }

    @Override
    public void configure(CamelContext camel) {
        camel.addComponent("journal", component);
    }
}
