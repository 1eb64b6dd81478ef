package ualarm.intake;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/** An alarm of several cameras is a duplicate only where the journal had it for each of them. */
final class Duplicates implements AggregationStrategy {

    private static final String DUPLICATE = "JournalDuplicate";

    @Override
    public Exchange aggregate(Exchange before, Exchange next) {
        if (before != null && !before.getMessage().getHeader(DUPLICATE, false, boolean.class)) {
            next.getMessage().setHeader(DUPLICATE, false);
        }
        return next;
    }
}
