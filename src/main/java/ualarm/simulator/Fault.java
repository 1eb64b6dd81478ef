package ualarm.simulator;

import java.util.Map;

/**
 * How a server fails, or answers otherwise than it would.
 *
 * @param requests which requests
 * @param times how many of them
 * @param kind what it does
 * @param status the status it answers with
 * @param headers the headers of that answer
 * @param body the body of that answer; empty = one that XProtect would give
 */
public record Fault(RequestLine requests, int times, Kind kind, int status, Map<String, String> headers, String body) {

    /** As often as it is asked. */
    public static final int ALWAYS = Integer.MAX_VALUE;

    /** What it does. */
    public enum Kind {
        /** It answers with a status. */
        ANSWER,
        /** It never answers. */
        HANG,
        /** It breaks the connection. */
        RESET
    }

    /** XProtect's 5xx are plain text (milestone-api.md 1.3, 3). */
    Answer answer() {
        Answer usual = !body.isEmpty()
                ? Answer.text(status, body)
                : status >= 500
                        ? Answer.text(status, "The service is unavailable.")
                        : status >= 400 ? Answer.error(status, "Simulated refusal.") : Answer.text(status, "");
        boolean isJson = body.startsWith("{") || body.startsWith("[");
        return usual.with(isJson ? Map.of("Content-Type", "application/json") : Map.of())
                .with(headers);
    }
}
