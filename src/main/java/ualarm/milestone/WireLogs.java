package ualarm.milestone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Set;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** The HTTP client logs what goes over the wire, passwords and tokens with it: these loggers write nothing, whatever level is set. */
final class WireLogs extends TurboFilter {

    private static final Set<String> SILENT =
            Set.of("org.apache.hc.client5.http.wire", "org.apache.hc.client5.http.headers");

    /** Silences them for this process. */
    static void silence() {
        ILoggerFactory loggers = LoggerFactory.getILoggerFactory();
        if (loggers instanceof LoggerContext context
                && context.getTurboFilterList().stream().noneMatch(WireLogs.class::isInstance)) {
            var filter = new WireLogs();
            filter.start();
            context.addTurboFilter(filter);
        }
    }

    @Override
    public FilterReply decide(
            Marker marker, Logger logger, Level level, String format, Object[] params, Throwable failure) {
        return SILENT.contains(logger.getName()) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
