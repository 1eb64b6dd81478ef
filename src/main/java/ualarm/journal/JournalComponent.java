package ualarm.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code journal:<queue>}. As a target it stores the {@link ualarm.alarm.CameraAlarm} in the body and goes on when it is on disk; a
 * {@code *} in the queue's name then stands for the alarm's site. As a source it hands out the queue's alarms, one camera's in order,
 * until their route has ended well; a {@code *} then stands for every site, and the exchange's variable {@code site} tells which.
 */
public final class JournalComponent extends DefaultComponent {

    private final CompletableFuture<Journal> opening;
    private final Ladder ladder;
    private final Set<String> sites;
    private final Watcher watcher;
    private final Function<String, Optional<Duration>> patience;
    private final Set<JournalConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final Set<String> stopped = ConcurrentHashMap.newKeySet();
    private final List<Runnable> early = new ArrayList<>();
    private final Besides besides;
    private boolean handsOut;

    /**
     * @param opening the journal, which may still be reading its files while the routes are loaded
     * @param ladder how long failed alarms wait
     * @param sites the names of all sites
     * @param watcher is told of each step of each alarm
     * @param patience how long an alarm of a site may wait before it is told about; the empty name stands for any site
     */
    public JournalComponent(
            CompletableFuture<Journal> opening,
            Ladder ladder,
            Set<String> sites,
            Watcher watcher,
            Function<String, Optional<Duration>> patience) {
        this.watcher = Watcher.safe(watcher);
        this.patience = patience;
        this.sites = sites;
        this.opening = opening;
        this.ladder = ladder;
        this.besides = new Besides(sites);
    }

    /** @return which queues get the alarms of others as well */
    Besides besides() {
        return besides;
    }

    /**
     * Has a site's alarms handed out no more, until {@link #startSite}: they wait, and nothing is told late.
     *
     * @param site the site's name
     */
    public void stopSite(String site) {
        if (stopped.add(site)) {
            consumers.forEach(consumer -> consumer.stop(site));
        }
    }

    /**
     * Has a site's alarms handed out again.
     *
     * @param site the site's name
     */
    public void startSite(String site) {
        if (stopped.remove(site)) {
            consumers.forEach(JournalConsumer::read);
        }
    }

    /** @return whether a site's alarms are not handed out, because somebody wants it so */
    public boolean isStopped(String site) {
        return stopped.contains(site);
    }

    Set<JournalConsumer> consumers() {
        return consumers;
    }

    /** Begins to hand out alarms, once all routes are there that they may need. */
    public synchronized void handOut() {
        handsOut = true;
        early.forEach(Runnable::run);
        early.clear();
    }

    /** @param reading is done at once, or when alarms are handed out */
    synchronized void whenHandedOut(Runnable reading) {
        if (handsOut) {
            reading.run();
        } else {
            early.add(reading);
        }
    }

    Journal journal() {
        return opening.join();
    }

    Ladder ladder() {
        return ladder;
    }

    Optional<Duration> patience(String site) {
        return patience.apply(site);
    }

    Watcher watcher() {
        return watcher;
    }

    Set<String> sites() {
        return sites;
    }

    /** The last thing to stop: only then have all routes acknowledged what they delivered. */
    @Override
    protected void doStop() throws Exception {
        super.doStop();
        if (!opening.isCompletedExceptionally()) {
            journal().close();
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String queue, Map<String, Object> parameters) {
        return new JournalEndpoint(uri, this, queue);
    }
}
