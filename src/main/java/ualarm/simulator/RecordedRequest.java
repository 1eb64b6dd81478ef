package ualarm.simulator;

/**
 * A request, and what became of it.
 *
 * @param request the request
 * @param status what it was answered with; {@value #NONE} when it got no answer
 */
public record RecordedRequest(Request request, int status) {

    /** The status of a request without an answer. */
    public static final int NONE = 0;
}
