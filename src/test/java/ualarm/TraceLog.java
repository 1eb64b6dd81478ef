package ualarm;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Catches what is logged, at the level asked for, by everything in this process. */
final class TraceLog implements AutoCloseable {

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Map<Logger, Level> before = new LinkedHashMap<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            String thrown =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            lines.add(
                    event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage() + " " + thrown);
        }
    };

    /** Catches everything, at TRACE. */
    TraceLog() {
        this(Level.TRACE);
        context.getLoggerList().stream()
                .filter(logger -> logger.getLevel() != null)
                .filter(logger -> !logger.getName().matches("org.eclipse.jetty.*|wiremock.*|WireMock.*|com.icegreen.*"))
                .forEach(logger -> {
                    before.put(logger, logger.getLevel());
                    logger.setLevel(Level.TRACE);
                });
        // The console stays as it is; only we see the rest. The servers of the test are not the connector.
        root().iteratorForAppenders().forEachRemaining(each -> {
            if (each != appender) {
                each.addFilter(new ch.qos.logback.core.filter.Filter<>() {
                    @Override
                    public ch.qos.logback.core.spi.FilterReply decide(ILoggingEvent event) {
                        return event.getLevel().isGreaterOrEqual(Level.INFO)
                                ? ch.qos.logback.core.spi.FilterReply.NEUTRAL
                                : ch.qos.logback.core.spi.FilterReply.DENY;
                    }
                });
            }
        });
        for (String server : List.of("org.eclipse.jetty", "wiremock", "WireMock", "com.icegreen")) {
            context.getLogger(server).setLevel(Level.WARN);
        }
    }

    /** @param least the least level caught; nobody's level is changed */
    TraceLog(Level least) {
        appender.setContext(context);
        appender.start();
        root().addAppender(appender);
    }

    private Logger root() {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    /** @return the lines so far */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** @return the lines so far as one text */
    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        root().detachAppender(appender);
        before.forEach(Logger::setLevel);
    }
}
