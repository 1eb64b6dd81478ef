package ualarm.setup;

import java.util.Optional;

/** Asks the installer. */
public interface Questions {

    /**
     * @param question what is asked
     * @return the answer, which may be empty; nothing when there is nobody who answers
     */
    Optional<String> ask(String question);

    /**
     * @param question what is asked
     * @return the answer, which was not shown while it was typed; nothing when there is nobody who answers
     */
    Optional<String> askSecretly(String question);
}
