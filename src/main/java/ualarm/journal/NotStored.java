package ualarm.journal;

/** The journal cannot store an alarm; the sender is told to send it again later. */
public final class NotStored extends RuntimeException {

    /** @param reason what keeps the journal from storing it */
    public NotStored(String reason) {
        super("The journal cannot store the alarm: " + reason + ".", null, false, false);
    }
}
