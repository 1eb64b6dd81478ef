package ualarm;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;

/**
 * What is logged, and how it is written: on the console, by a thread of its own, so that no alarm waits for a terminal or a pipe. When
 * {@value #WAITING} lines wait, whoever logs more waits, too: none is left out. In Java and not in XML, because reading that takes a
 * tenth of the start.
 */
public final class LogOutput extends ContextAwareBase implements Configurator {

    private static final int WAITING = 4_096;
    private static final int FLUSH_MILLIS = 10_000;
    private static final int KEPT = 8 << 10;
    private static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %logger{0}  %msg%n%ex{short}";

    private static final Map<String, Level> LEVELS = Map.of(
            "ualarm",
            Level.INFO,
            // Started, stopped and how; what matters of it the connector says itself.
            "org.apache.camel",
            Level.WARN,
            "org.apache.activemq",
            Level.WARN,
            "org.apache.activemq.audit",
            Level.OFF,
            // Why Camel cannot start is told by the connector, in one line.
            "org.apache.camel.impl.engine.AbstractCamelContext",
            Level.OFF,
            // A sender that hangs up; the door says what matters.
            "io.vertx.ext.web.RoutingContext",
            Level.OFF,
            // A machine without a network card: nothing here needs its address.
            "io.netty.util.internal.MacAddressUtil",
            Level.ERROR);

    /** Made by logback; a {@code logback.configurationFile} or {@code logback-test.xml} goes before this. */
    public LogOutput() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null
                || LogOutput.class.getResource("/logback-test.xml") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
        root(context).setLevel(Level.WARN);
        var text = new PatternLayoutEncoder();
        text.setPattern(PATTERN);
        write(context, text);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** From now on lines are written in logback's own JSON instead of text. */
    static void json() {
        var encoder = new JsonEncoder();
        encoder.setWithFormattedMessage(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        LoggerContext context = context();
        root(context).detachAndStopAllAppenders();
        write(context, encoder);
    }

    /** Writes nothing any more. */
    static void none() {
        root(context()).detachAndStopAllAppenders();
    }

    /** Writes what still waits; the last thing to be done. */
    static void close() {
        context().stop();
    }

    private static void write(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        var behind = new AsyncAppender();
        var console = new OutputStreamAppender<ILoggingEvent>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.setOutputStream(new Together(() -> behind.getNumberOfElementsInQueue() > 0));
        console.start();
        behind.setContext(context);
        behind.setQueueSize(WAITING);
        behind.setDiscardingThreshold(0);
        behind.setMaxFlushTime(FLUSH_MILLIS);
        behind.addAppender(console);
        behind.start();
        root(context).addAppender(behind);
    }

    /** Writes lines to the console that come together with one write: while more wait, they are kept. */
    private static final class Together extends BufferedOutputStream {

        private final BooleanSupplier more;

        Together(BooleanSupplier more) {
            super(System.out, KEPT);
            this.more = more;
        }

        @Override
        public synchronized void flush() throws IOException {
            if (!more.getAsBoolean()) {
                super.flush();
            }
        }

        /** The console stays open. */
        @Override
        public void close() throws IOException {
            super.flush();
        }
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static Logger root(LoggerContext context) {
        return context.getLogger(Logger.ROOT_LOGGER_NAME);
    }
}
