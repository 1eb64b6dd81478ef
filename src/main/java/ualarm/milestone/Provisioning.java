package ualarm.milestone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import ualarm.alarm.CameraName;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Site;
import ualarm.site.Sites;

/** What XProtect answers when it is to create or remove something (milestone-api.md 3, 8). */
public final class Provisioning {

    private static final int GONE = 404;

    private final Sites sites;

    /** @param sites all sites */
    Provisioning(Sites sites) {
        this.sites = sites;
    }

    /**
     * @param site the site's name
     * @param path what was to be created
     * @param status the answer's status
     * @param body the answer, with what was created in {@code result}, or in {@code data} (milestone-api.md 3)
     * @return its id
     * @throws Later when it was not created, saying why and what to do
     */
    public String created(
            @Variable("site") String site,
            @Header(Exchange.HTTP_PATH) String path,
            @Variable(Answers.STATUS) int status,
            @Variable(Answers.ANSWER) byte[] body) {
        if (status / 100 != 2) {
            throw refused(site, "create", path, status, body);
        }
        JsonNode answer = Answers.tree(body);
        JsonNode made = answer.has("result") ? answer.path("result") : answer.path("data");
        return CameraName.guid(made.path("id").asText())
                .orElseThrow(() -> new Later("XProtect of " + site + " answered " + status
                        + " without an id. See in Management Client whether it is there, and run the set-up again."))
                .toString();
    }

    /**
     * @param site the site's name
     * @param path what was to be removed
     * @param status the answer's status
     * @param body the answer
     * @throws Later when it is still there, saying why and what to do
     */
    public void removed(
            @Variable("site") String site,
            @Header(Exchange.HTTP_PATH) String path,
            @Variable(Answers.STATUS) int status,
            @Variable(Answers.ANSWER) byte[] body) {
        if (status / 100 != 2 && status != GONE) {
            throw refused(site, "remove", path.replaceFirst("/[^/]*$", ""), status, body);
        }
    }

    private Later refused(String name, String verb, String path, int status, byte[] body) {
        Site site = sites.site(name);
        // analyticsEvents are analytics events to people.
        String what = path.replaceFirst(".*/", "").replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        String said = Answers.errorText(body);
        String why = said.contains("VMS64001")
                ? "The licence of this edition does not have " + what + "."
                : switch (status) {
                    case 401, 403 ->
                        "The role of " + site.username() + " may not " + verb + " " + what
                                + ". In Management Client, under Security, Roles, put " + site.username()
                                + " in the role Administrators (on Corporate, a role that may edit " + what
                                + " does as well), and run the set-up again. It may leave that role afterwards.";
                    case 404 -> "It has no " + what + " there (XProtect before 2022 R1, or another API).";
                    case 400, 409, 422 -> "It does not take " + what + " in this form, or there is one of that name.";
                    default ->
                        status >= 500
                                ? "Its management server is down or restarting: look at its services."
                                : "Check that site." + name + ".url is XProtect's address.";
                };
        return new Later(("XProtect of " + name + " answered " + status + ". " + why
                        + (said.isEmpty() ? "" : " It says: " + Text.clean(said)))
                .strip());
    }
}
