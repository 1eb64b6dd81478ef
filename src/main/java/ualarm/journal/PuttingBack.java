package ualarm.journal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.Told;
import ualarm.alarm.Undelivered.Kind;
import ualarm.alarm.Waits;

/**
 * What becomes of an alarm that was not delivered: it is put back with a delay, or given up. One that has waited too long, or is given
 * up, is first told about, once. It is let go when that is on disk.
 */
final class PuttingBack {

    /** Variable of an alarm that is told about: why it was not taken. */
    private static final String REASON = "reason";

    /** While the far end takes nothing, an alarm that was told about stays away for as long as the breaker does. */
    private static final Duration PAUSE = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");

    private final JournalEndpoint endpoint;
    private final ProducerTemplate template;
    private final String queue;
    private final String site;
    private final JournalComponent component;
    private final Optional<Duration> patience;
    private final FarEnd farEnd;
    private final Source source;
    private final UntilDone untilDone;
    private final Consumer<Entry> letGo;
    private final Told givenUp = new Told();

    PuttingBack(
            JournalEndpoint endpoint,
            ProducerTemplate template,
            String queue,
            String site,
            FarEnd farEnd,
            Source source,
            UntilDone untilDone,
            Consumer<Entry> letGo) {
        this.endpoint = endpoint;
        this.template = template;
        this.queue = queue;
        this.site = site;
        this.component = endpoint.getComponent();
        this.patience = endpoint.patience(site);
        this.farEnd = farEnd;
        this.source = source;
        this.untilDone = untilDone;
        this.letGo = letGo;
    }

    /** An attempt has failed. */
    void failed(Entry entry, Ending ending) {
        Optional<String> end = ending.givesUp(entry.sinceReceived());
        component.watcher().saw(queue, entry.alarm(), ending.step(end.isPresent()));
        end.ifPresentOrElse(reason -> giveUp(entry, reason), () -> tryAgain(entry, ending));
    }

    private void giveUp(Entry entry, String reason) {
        if (patience.isPresent() && !entry.isTold()) {
            tell(entry, reason).thenRun(() -> bury(entry, reason));
        } else {
            bury(entry, reason);
        }
    }

    private void bury(Entry entry, String reason) {
        // A camera or a setting is told about once, each of its alarms only noted.
        LOG.atLevel(givenUp.isNews(reason) ? Level.WARN : Level.INFO)
                .log("{} of {} is now a dead letter: {}", entry.alarm(), queue, reason);
        source.bury(entry, reason).thenRun(() -> letGo.accept(entry));
    }

    private void tryAgain(Entry entry, Ending ending) {
        int attempts = entry.attempts() + 1;
        String reason = ending.reason();
        Duration delay = ending.after().orElseGet(() -> component.ladder().delay(attempts));
        LOG.atLevel(farEnd.isNews(reason) ? Level.WARN : Level.DEBUG)
                .log("{} waits {} ms in {}: {}", entry.alarm(), delay.toMillis(), queue, reason);
        // It comes back to be told about, and then waits for the rest of its delay.
        Duration untilLate = patience.filter(longest -> !entry.isTold())
                .map(longest -> Waits.within(Duration.ZERO, longest.minus(entry.sinceReceived()), delay))
                .orElse(delay);
        long notBefore = System.currentTimeMillis() + delay.toMillis();
        putBack(entry, untilLate, copy -> {
            copy.putIntProperty(Entry.ATTEMPTS, attempts);
            copy.putLongProperty(Entry.NOT_BEFORE, notBefore);
            copy.putStringProperty(Entry.REASON, reason);
        });
    }

    private void putBack(Entry entry, Duration delay, Consumer<ICoreMessage> marks) {
        untilDone
                .run(
                        "An alarm of " + queue + " could not be put back",
                        () -> component.journal().writer().putBack(queue, entry, delay, marks))
                .thenRun(() -> letGo.accept(entry));
    }

    /** Has an alarm told about that has waited too long; then it waits for the rest of its delay. */
    void late(Entry entry) {
        String last = entry.text(Entry.REASON).isEmpty() ? farEnd.lastReason() : entry.text(Entry.REASON);
        tell(entry, last.isEmpty() ? "XProtect has not taken it yet." : last).thenRun(() -> {
            Duration rest = farEnd.isOpen() && entry.rest().isZero() ? PAUSE : entry.rest();
            putBack(entry, rest, copy -> copy.putBooleanProperty(Entry.TOLD, true));
        });
    }

    /** Sends an alarm that was told about away for a while, to make room for others. */
    void rest(Entry entry) {
        // A young outage may end any moment; what has waited for long can wait a minute more.
        putBack(
                entry,
                Waits.within(
                        PAUSE,
                        entry.sinceReceived().dividedBy(4),
                        component.ladder().slow()),
                copy -> {});
    }

    private CompletableFuture<Void> tell(Entry entry, String reason) {
        var late = new Watcher.Step(Watcher.Result.LATE, Duration.ZERO, reason, Kind.OTHER);
        return untilDone
                .run("An alarm of " + queue + " could not be told about", () -> send(entry, reason))
                .thenRun(() -> component.watcher().saw(queue, entry.alarm(), late));
    }

    private CompletableFuture<Void> send(Entry entry, String reason) {
        Exchange exchange = endpoint.createExchange();
        exchange.getIn().setBody(entry.alarm());
        exchange.setVariable(Attempts.SITE, site);
        exchange.setVariable(REASON, reason);
        return template.asyncSend(endpoint.getWhenLate(), exchange).thenAccept(sent -> {
            if (sent.getException() != null) {
                throw new CompletionException(sent.getException());
            }
        });
    }
}
