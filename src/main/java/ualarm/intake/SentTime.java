package ualarm.intake;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Optional;

/** Reads the times that senders write: epoch seconds, ms, µs or ns told apart by size, or ISO 8601 with an offset. */
final class SentTime {

    /** Nobody sends alarms from before this: such a number is something else (a frame counter, an unset clock). */
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    /** ISO 8601 allows the offset with and without a colon, and without minutes. */
    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .parseLenient()
            .appendOffset("+HH", "Z")
            .toFormatter(Locale.ROOT);

    private static final BigDecimal MILLIS = new BigDecimal("1e11");
    private static final BigDecimal MICROS = new BigDecimal("1e14");
    private static final BigDecimal NANOS = new BigDecimal("1e17");

    private SentTime() {}

    static Optional<Instant> read(String written) {
        try {
            Instant time = written.indexOf(':') < 0
                    ? epoch(new BigDecimal(written))
                    : OffsetDateTime.parse(written.replace(' ', 'T'), ISO).toInstant();
            return time.isBefore(EARLIEST) ? Optional.empty() : Optional.of(time);
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Instant epoch(BigDecimal number) {
        int digits = number.compareTo(MILLIS) < 0
                ? 9
                : number.compareTo(MICROS) < 0 ? 6 : number.compareTo(NANOS) < 0 ? 3 : 0;
        if (number.precision() - number.scale() > 20) {
            throw new ArithmeticException("too large for a time");
        }
        BigDecimal[] parts = number.scaleByPowerOfTen(digits).divideAndRemainder(BigDecimal.TEN.pow(9));
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValue());
    }
}
