package ualarm.simulator;

/** What the user's role lets it do with events and alarms (milestone-api.md 4.1, 5.5). */
public enum Permission {
    /** It may trigger events. */
    TRIGGER_EVENTS,
    /** It may read alarms, and what goes with them. */
    VIEW_ALARMS,
    /** It may raise and change alarms. */
    MANAGE_ALARMS
}
