package ualarm.intake;

import com.fasterxml.jackson.core.JsonFactory;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import ualarm.alarm.Alarm;
import ualarm.alarm.AlarmReader;
import ualarm.alarm.Refused;
import ualarm.alarm.Told;
import ualarm.journal.NotStored;

/**
 * Takes what senders post and answers them (design.md 2.3): always in JSON, and with nothing of the request in it but the alarm's
 * id.
 */
public final class AlarmIntake implements AggregationStrategy {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.intake");
    private static final JsonFactory JSON = new JsonFactory();

    /** Seconds after which a sender may try again when the journal cannot store. */
    private static final String TRY_AGAIN = "5";

    private final AlarmReader reader;
    private final IntakeCounts counts;
    private final Supervision supervision;
    private final Told told = new Told();

    /**
     * @param reader reads the messages
     * @param counts counts them
     * @param supervision is told of heartbeats
     */
    public AlarmIntake(AlarmReader reader, IntakeCounts counts, Supervision supervision) {
        this.supervision = supervision;
        this.reader = reader;
        this.counts = counts;
    }

    /**
     * Reads a message. An adapter for another sender may hand it over as text, bytes or a stream.
     *
     * @param exchange with the message in its body
     * @return the alarm
     * @throws Refused when it is no alarm
     */
    public Alarm read(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        byte[] bytes = body instanceof Buffer buffer
                ? buffer.getBytes()
                : exchange.getMessage().getBody(byte[].class);
        return reader.read(bytes == null ? new byte[0] : bytes);
    }

    /** One alarm goes into several queues; it is a duplicate only where every queue had it. */
    @Override
    public Exchange aggregate(Exchange before, Exchange next) {
        if (before != null && !before.getMessage().getHeader("JournalDuplicate", false, boolean.class)) {
            next.getMessage().setHeader("JournalDuplicate", false);
        }
        return next;
    }

    /**
     * Answers an alarm that is on disk.
     *
     * @param exchange with the alarm in the property {@code alarm}
     */
    public void accepted(Exchange exchange) {
        var alarm = exchange.getProperty("alarm", Alarm.class);
        boolean duplicate = exchange.getMessage().getHeader("JournalDuplicate", false, boolean.class);
        String status = switch (alarm.state()) {
            case HEARTBEAT -> "heartbeat";
            case ENDED -> "ignored";
            case RAISED -> duplicate ? "duplicate" : "accepted";
        };
        switch (status) {
            case "accepted" -> counts.accepted();
            case "duplicate" -> counts.duplicate();
            case "heartbeat" -> {
                counts.heartbeat();
                supervision.heardHeartbeat();
            }
            default -> {}
        }
        LOG.info("{} {}", alarm, status);
        answer(exchange, 200, json(status, alarm.id(), alarm.warnings(), "", ""));
    }

    /**
     * Answers a message that was not taken.
     *
     * @param exchange with what went wrong
     */
    public void refused(Exchange exchange) {
        // Splitting wraps what went wrong with one of the cameras.
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        while (failure instanceof CamelExchangeException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure instanceof Refused refused) {
            LOG.atLevel(told.isNews(refused.code()) ? Level.WARN : Level.INFO)
                    .log("A message was rejected with {}: {}", refused.status(), refused.getMessage());
            counts.rejected(refused.code());
            answer(exchange, refused.status(), rejected(refused.code(), refused.getMessage()));
            return;
        }
        String why = failure instanceof NotStored ? failure.getMessage() : "The connector could not take the alarm.";
        LOG.atLevel(told.isNews(why) ? Level.ERROR : Level.INFO)
                .log("An alarm could not be taken, the sender is asked to send it again: {}", String.valueOf(failure));
        counts.rejected("not-stored");
        answer(exchange, 503, rejected("not-stored", why + " Send it again."));
        exchange.getMessage().setHeader("Retry-After", TRY_AGAIN);
    }

    private static void answer(Exchange exchange, int status, String json) {
        var message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        // As a buffer it is sent with its length, not in chunks.
        message.setBody(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * @param code a short word for programs
     * @param message for the installer
     * @return the answer to a message that is not taken
     */
    static String rejected(String code, String message) {
        return json("rejected", "", List.of(), code, message);
    }

    private static String json(String status, String id, List<String> warnings, String code, String message) {
        var out = new StringWriter(128);
        try (var json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("status", status);
            if (!id.isEmpty()) {
                json.writeStringField("id", id);
            }
            json.writeArrayFieldStart("warnings");
            for (String warning : warnings) {
                json.writeString(warning);
            }
            json.writeEndArray();
            if (!code.isEmpty()) {
                json.writeObjectFieldStart("error");
                json.writeStringField("code", code);
                json.writeStringField("message", message);
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }
}
