package ualarm.journal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** A queue of the journal, or the queue of that kind of every site; as a target also several, separated by commas. */
public final class JournalEndpoint extends DefaultEndpoint {

    private static final String ALL = "*";

    private final String queue;
    private int inFlight = 64;
    private boolean breaker = true;
    private String whenLate = "";
    private long every = -1;
    private String beside = "";

    JournalEndpoint(String uri, JournalComponent component, String queue) {
        super(uri, component);
        this.queue = queue;
    }

    /** @return how many alarms of a queue a route works on at once; one camera's are never worked on at once */
    public int getInFlight() {
        return inFlight;
    }

    /** @param inFlight how many alarms of a queue a route works on at once */
    public void setInFlight(int inFlight) {
        this.inFlight = inFlight;
    }

    /** @return whether the queue is held back while its alarms fail */
    public boolean isBreaker() {
        return breaker;
    }

    /** @param breaker whether the queue is held back while its alarms fail; not where each fails for a reason of its own */
    public void setBreaker(boolean breaker) {
        this.breaker = breaker;
    }

    /** @return where an alarm goes, once, that has waited too long or is given up; empty = nowhere */
    public String getWhenLate() {
        return whenLate;
    }

    /** @param whenLate where an alarm goes, once, that has waited too long or is given up */
    public void setWhenLate(String whenLate) {
        this.whenLate = whenLate;
    }

    /** @return least seconds between two hand-outs of all alarms that wait, together as a list; below 0 = each by itself, at once */
    public long getEvery() {
        return every;
    }

    /** @param every least seconds between two hand-outs of all alarms that wait, together as a list */
    public void setEvery(long every) {
        this.every = every;
    }

    /** @return the queue whose alarms at a camera are stored in this one as well, with the same write; empty = none */
    public String getBeside() {
        return beside;
    }

    /** @param beside the queue whose alarms at a camera are stored in this one as well, with the same write */
    public void setBeside(String beside) {
        this.beside = beside;
    }

    /** @return how long an alarm of that site may wait before it goes to {@link #getWhenLate}; nothing = for ever */
    Optional<Duration> patience(String site) {
        return whenLate.isEmpty() ? Optional.empty() : getComponent().patience(site);
    }

    String queue() {
        return queue;
    }

    /** @return the queues it stands for, there or not yet: one, or one of each site */
    Set<String> queues() {
        return queue.contains(ALL)
                ? getComponent().sites().stream().map(this::of).collect(Collectors.toSet())
                : Set.of(queue);
    }

    /** @return the queue of a site */
    String of(String site) {
        return queue.replace(ALL, site);
    }

    /** @return the queues of a site, those of some channels; without any named, all */
    List<String> of(String site, Optional<String> channels) {
        if (queue.indexOf(',') < 0) {
            return List.of(of(site));
        }
        List<String> named = channels.map(names -> List.of(names.split(","))).orElse(List.of());
        return Stream.of(of(site).split(","))
                .filter(name -> named.isEmpty() || named.contains(Journal.channel(name)))
                .toList();
    }

    /** @return the site that one of the {@link #queues} belongs to; empty for a queue of no site */
    String site(String name) {
        return getComponent().sites().stream()
                .filter(site -> queue.contains(ALL) && of(site).equals(name))
                .findFirst()
                .orElse("");
    }

    @Override
    public JournalComponent getComponent() {
        return (JournalComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        return new JournalProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        var consumer = new JournalConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }
}
