package ualarm.trial;

import ualarm.journal.Journal;

/** A connector that runs. */
public interface Running extends AutoCloseable {

    /** @return the port where alarms come in */
    int port();

    /** @return its journal */
    Journal journal();

    /** Stops it. */
    @Override
    void close();
}
