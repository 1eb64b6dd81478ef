package ualarm.milestone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** The HTTP client logs what goes over the wire, passwords and tokens with it: these loggers stay off, whatever level is set. */
final class WireLogs implements LoggerContextListener {

    private static final Set<String> SILENT =
            Set.of("org.apache.hc.client5.http.wire", "org.apache.hc.client5.http.headers");

    private WireLogs() {}

    /** Silences them for this process. */
    static void silence() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            if (context.getCopyOfListenerList().stream().noneMatch(WireLogs.class::isInstance)) {
                context.addListener(new WireLogs());
            }
            silence(context);
        }
    }

    private static void silence(LoggerContext context) {
        SILENT.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
    }

    @Override
    public void onLevelChange(Logger logger, Level level) {
        if (level != Level.OFF && SILENT.contains(logger.getName())) {
            logger.setLevel(Level.OFF);
        }
    }

    @Override
    public boolean isResetResistant() {
        return true;
    }

    @Override
    public void onReset(LoggerContext context) {
        silence(context);
    }

    @Override
    public void onStart(LoggerContext context) {}

    @Override
    public void onStop(LoggerContext context) {}
}
