package ualarm.setup;

import java.util.Optional;

/**
 * What only the installer can decide.
 *
 * @param shown how operators see alarms; nothing = as it is
 * @param ruleFrom name of the rule that a recording rule is copied from; nothing = none is made
 */
public record Choices(Optional<Shown> shown, Optional<String> ruleFrom) {

    /** Nothing was decided. */
    public static final Choices NONE = new Choices(Optional.empty(), Optional.empty());

    /** How operators see alarms in XProtect. */
    public enum Shown {
        /** XProtect raises an alarm by an alarm definition. */
        DEFINITION,
        /** The connector raises each alarm itself. */
        RAISED
    }
}
