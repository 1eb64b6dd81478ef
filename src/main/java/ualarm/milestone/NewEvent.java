package ualarm.milestone;

/**
 * What {@code POST /analyticsEvents} is sent (milestone-api.md 8.1).
 *
 * @param name the name by which it is triggered, to the letter
 * @param description for who finds it in Management Client
 */
public record NewEvent(String name, String description) {}
