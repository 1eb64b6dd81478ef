package ualarm.simulator;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which requests are meant: {@code POST /api/rest/v1/outputs/*?task=Activate}. A {@code *} stands for anything; the case of the path does
 * not count, as it does not for XProtect (milestone-api.md 0); parameters that are not named do not matter.
 *
 * @param method for example {@code POST}; {@code *} for any
 * @param path the path
 * @param query the parameters it must have
 */
public record RequestLine(String method, String path, Map<String, String> query) {

    private static final Pattern WRITTEN = Pattern.compile("([A-Z]+|\\*)\\s+(/[^?\\s]*)(?:\\?(\\S+))?");

    /**
     * @param written a method, a blank, and a path with or without a query
     * @return the requests meant, or nothing when it is not written so
     */
    public static Optional<RequestLine> of(String written) {
        var parts = WRITTEN.matcher(written.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        var query = new LinkedHashMap<String, String>();
        if (parts.group(3) != null) {
            for (String each : parts.group(3).split("&")) {
                String[] pair = each.split("=", 2);
                query.put(pair[0], pair.length > 1 ? pair[1] : "");
            }
        }
        return Optional.of(new RequestLine(parts.group(1), parts.group(2), query));
    }

    /** @return whether the request is one of them */
    public boolean matches(Request request) {
        return (method.equals("*") || method.equals(request.method()))
                && fits(path.toLowerCase(Locale.ROOT), request.path().toLowerCase(Locale.ROOT))
                && query.entrySet().stream()
                        .allMatch(each -> request.query().containsKey(each.getKey())
                                && fits(each.getValue(), request.query().get(each.getKey())));
    }

    private static boolean fits(String meant, String is) {
        return is.matches("\\Q" + meant.replace("*", "\\E.*\\Q") + "\\E");
    }
}
