package ualarm.routes;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a file of routes stands.
 *
 * @param file its name
 * @param state whether what is written in it runs
 * @param routes the ids of its routes that run; after a refused edit, those of before
 * @param since since when it stands so (UTC)
 * @param error why it is refused
 * @param handled how many messages its routes have taken in since the start; what one of them hands to another counts once
 * @param failed how many of them failed
 */
public record RouteState(
        String file,
        State state,
        List<String> routes,
        Instant since,
        Optional<RouteFault> error,
        long handled,
        long failed) {

    /** Whether what is written in a file runs. */
    public enum State {
        /** It runs. */
        RUNNING,
        /** It is refused; what was there before runs. */
        REJECTED,
        /** One of its routes was stopped, or does not start. */
        STOPPED
    }
}
