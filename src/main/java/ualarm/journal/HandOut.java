package ualarm.journal;

import org.apache.activemq.artemis.api.core.ActiveMQException;

/** Hands out a queue's entries ahead, as many as there is room for; each that is let go makes room for more. So no thread waits. */
interface HandOut {

    /** Gets the entries. */
    interface Taker {

        /** Takes none. */
        Taker NONE = new Taker() {
            @Override
            public void arrived(Entry entry) {}

            @Override
            public boolean leave(Entry entry) {
                return false;
            }
        };

        /** An entry is handed out, on a thread of Artemis', which must not wait. */
        void arrived(Entry entry);

        /**
         * The connection to Artemis broke; an entry is handed out again, perhaps to somebody else.
         *
         * @return whether it was not begun, and will not be until it is handed out here again
         */
        boolean leave(Entry entry);
    }

    /** @param to gets each entry */
    void start(Taker to) throws ActiveMQException;

    /** Takes an entry out of the queue, and has its room filled. */
    void letGo(Entry entry) throws ActiveMQException;

    /** What was not let go is handed out again when the queue is read again. */
    void close() throws ActiveMQException;
}
