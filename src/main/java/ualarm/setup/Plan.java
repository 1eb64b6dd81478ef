package ualarm.setup;

import java.util.List;
import java.util.Optional;
import ualarm.command.Finding;

/**
 * What is missing, and how it is to be brought about.
 *
 * @param lights what was found, and what cannot be done
 * @param steps what set-up is going to do, in this order
 * @param byHand what remains for people, in words
 * @param event id of the site's analytics event, where it is there already
 */
public record Plan(List<Finding> lights, List<Step> steps, List<String> byHand, Optional<String> event) {

    /** @return what set-up is going to do, a sentence each */
    public List<String> will() {
        return steps.stream().map(step -> "Will " + step.will() + ".").toList();
    }

    /** @return whether something that was asked for cannot be done */
    public boolean isLacking() {
        return lights.stream().anyMatch(light -> light.level() == Finding.Level.FAIL);
    }
}
