package ualarm.setup;

/**
 * What set-up has created in XProtect.
 *
 * @param site name of the site
 * @param url XProtect's address then: another system is left alone
 * @param kind its resource in the REST API, for example {@code analyticsEvents}
 * @param id its GUID
 * @param name its name
 * @param at when, ISO 8601 in UTC
 */
public record Created(String site, String url, String kind, String id, String name, String at) {

    /** @return it in words: {@code analytics event "U-Alarm" in XProtect of main} */
    String words() {
        String what = kind.replaceFirst("s$", "").replaceAll("(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
        return "the " + what + " \"" + name + "\" in XProtect of " + site;
    }
}
