package ualarm.simulator;

import java.util.List;
import java.util.Optional;

/** Answers requests for one group of resources. */
interface Resource {

    /**
     * @param path the parts of the path below {@code /api/rest/v1}, as they were written
     * @param request the request
     * @return the answer; nothing when something else is asked for
     */
    Optional<Answer> answer(List<String> path, Request request);
}
