package ualarm.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import ualarm.simulator.Request;

/**
 * Something that came.
 *
 * @param title what it is called in a failure
 * @param request the request, when it is one
 * @param members its members
 * @param counts whether it must be expected where nothing else may come
 */
record Fact(String title, Optional<Request> request, JsonNode members, boolean counts) {}
