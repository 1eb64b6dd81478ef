package ualarm.intake;

/** A message that cannot be an alarm, and why; the sender has to change it. */
public final class Refused extends RuntimeException {

    private final int status;
    private final String code;

    /**
     * @param status the HTTP status to answer (design.md 2.3)
     * @param code a short word for programs
     * @param message for the installer: what is wrong and what to send instead
     */
    public Refused(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** @return the HTTP status to answer */
    public int status() {
        return status;
    }

    /** @return a short word for programs */
    public String code() {
        return code;
    }

    /** @return what the sender is answered */
    public Answer answer() {
        return Answer.rejected(code, getMessage());
    }
}
