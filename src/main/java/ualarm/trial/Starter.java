package ualarm.trial;

import ualarm.site.Settings;

/** Starts connectors. */
@FunctionalInterface
public interface Starter {

    /**
     * @param settings its settings
     * @return a connector that accepts alarms
     * @throws RuntimeException when it cannot be started
     */
    Running start(Settings settings);
}
