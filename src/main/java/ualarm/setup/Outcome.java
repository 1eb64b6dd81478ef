package ualarm.setup;

import java.util.List;

/**
 * What came of a plan.
 *
 * @param done what was done, a sentence each
 * @param failed what was not, with the reason and what to do
 */
public record Outcome(List<String> done, List<String> failed) {}
