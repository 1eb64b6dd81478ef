package ualarm.milestone;

import java.util.UUID;

/**
 * A camera of XProtect.
 *
 * @param site the site it belongs to
 * @param id its GUID
 * @param name its name in XProtect
 */
public record Camera(String site, UUID id, String name) {}
