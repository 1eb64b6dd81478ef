package ualarm.site;

import java.util.List;

/** The settings are not right; the connector does not start with them. */
public final class SettingsException extends RuntimeException {

    private final List<String> faults;

    /** @param faults one line each: where, what is wrong, what to write instead */
    public SettingsException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults), null, false, false);
        this.faults = List.copyOf(faults);
    }

    /** @return one line a fault: where, what is wrong, what to write instead */
    public List<String> faults() {
        return faults;
    }
}
