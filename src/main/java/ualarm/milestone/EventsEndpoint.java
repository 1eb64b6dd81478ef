package ualarm.milestone;

import java.util.List;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import ualarm.site.Site;

/** The events WebSocket of a site, or of every site. */
public final class EventsEndpoint extends DefaultEndpoint {

    /** Soon enough that the session, which XProtect keeps for 30 s, can be resumed (milestone-api.md 10). */
    private static final long SILENCE_MILLIS = 15_000;

    private final String site;
    private long silenceMillis = SILENCE_MILLIS;

    EventsEndpoint(String uri, EventsComponent component, String site) {
        super(uri, component);
        this.site = site;
    }

    /** @return the sites whose events are wanted */
    List<Site> sites() {
        return getComponent().sites().all().stream()
                .filter(Site::confirms)
                .filter(each -> site.equals("*") || site.equals(each.name()))
                .toList();
    }

    /** @return after how many milliseconds without a sign of life a WebSocket is opened anew */
    public long getSilenceMillis() {
        return silenceMillis;
    }

    /** @param silenceMillis after how many milliseconds without a sign of life a WebSocket is opened anew */
    public void setSilenceMillis(long silenceMillis) {
        this.silenceMillis = silenceMillis;
    }

    @Override
    public EventsComponent getComponent() {
        return (EventsComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException(
                "Nothing can be sent to xprotect-events:. Trigger events by call-xprotect.");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        var consumer = new EventsConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }
}
