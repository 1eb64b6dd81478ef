package ualarm.journal;

import java.util.UUID;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What connectors on one external Artemis tell each other. It is not kept: who is not there does not hear it. The lock on this guards the session. */
final class Notes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Notes.class);
    private static final String ADDRESS = "notes";
    private static final String NOTE = "note";
    private static final String SENDER = "sender";

    private final String own = UUID.randomUUID().toString();
    private final ClientSession listening;
    private final ClientSession telling;
    private final ClientProducer producer;

    /**
     * @param listening a session of its own
     * @param telling another
     * @param told gets what others tell
     */
    Notes(ClientSession listening, ClientSession telling, Consumer<String> told) throws ActiveMQException {
        this.listening = listening;
        this.telling = telling;
        this.producer = telling.createProducer(ADDRESS);
        listening.createQueue(QueueConfiguration.of(ADDRESS + "." + own)
                .setAddress(ADDRESS)
                .setRoutingType(RoutingType.MULTICAST)
                .setFilterString(SENDER + " <> '" + own + "'")
                .setDurable(false)
                .setTemporary(true)
                .setAutoCreateAddress(true));
        listening.createConsumer(ADDRESS + "." + own).setMessageHandler(note -> {
            told.accept(note.getStringProperty(NOTE));
            acknowledge(note);
        });
        listening.start();
    }

    private static void acknowledge(ClientMessage note) {
        try {
            note.acknowledge();
        } catch (ActiveMQException e) {
            LOG.debug("A note may come again: {}", e.getMessage());
        }
    }

    synchronized void tell(String note) {
        try {
            ClientMessage message = telling.createMessage(false);
            message.putStringProperty(NOTE, note);
            message.putStringProperty(SENDER, own);
            producer.send(message);
        } catch (ActiveMQException e) {
            LOG.debug("A note is not told: {}", e.getMessage());
        }
    }

    @Override
    public void close() throws ActiveMQException {
        listening.close();
        telling.close();
    }
}
