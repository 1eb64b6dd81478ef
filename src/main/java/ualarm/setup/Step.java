package ualarm.setup;

import java.io.IOException;

/**
 * One thing that set-up does.
 *
 * @param will what it is going to do, after "Will"
 * @param what the same in short, as what was done or failed is told
 * @param work does it
 */
record Step(String will, String what, Work work) {

    /** Does it. */
    interface Work {

        /**
         * @param on what it works on
         * @throws IOException when it cannot be done, saying why and what to do
         * @throws ualarm.alarm.Undelivered.Later when XProtect refuses it, saying why and what to do
         */
        void run(Worksite on) throws IOException;
    }
}
