package ualarm.journal;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** One queue of the journal. */
public final class JournalEndpoint extends DefaultEndpoint {

    private final String queue;
    private int inFlight = 64;
    private boolean breaker = true;

    JournalEndpoint(String uri, JournalComponent component, String queue) {
        super(uri, component);
        this.queue = queue;
    }

    /** @return how many alarms a route works on at once; one camera's are never worked on at once */
    public int getInFlight() {
        return inFlight;
    }

    /** @param inFlight how many alarms a route works on at once */
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

    String queue() {
        return queue;
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
