package ualarm.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Text;
import ualarm.milestone.Camera;
import ualarm.milestone.Cameras;
import ualarm.site.Edition;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Writes the mail of an alarm, and decides which alarms are mailed. */
public final class AlarmMail {

    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss z", Locale.ENGLISH);
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final Sites sites;
    private final Cameras cameras;
    private final Session session;
    private final String from;

    /**
     * @param sites all sites
     * @param cameras know the cameras' names and the sites' editions
     * @param session how the relay is reached
     * @param from the sender's address
     */
    public AlarmMail(Sites sites, Cameras cameras, Session session, String from) {
        this.sites = sites;
        this.cameras = cameras;
        this.session = session;
        this.from = from;
    }

    /**
     * Says whether an alarm is mailed whatever becomes of its event: where the edition has no Alarm Manager the mail is the alarm.
     *
     * @param alarm an alarm whose site is known
     * @return whether to mail it
     */
    public boolean wanted(CameraAlarm alarm) {
        Site site = sites.site(alarm.site());
        if (site.mail().to().isEmpty()) {
            return false;
        }
        return switch (site.mail().when()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                cameras.edition(site)
                        .filter(edition -> !edition.hasAlarmManager())
                        .isPresent();
        };
    }

    /**
     * Writes the mail: plain text and HTML with the same facts.
     *
     * @param alarm an alarm whose site is known
     * @return the message, to all recipients of the site
     * @throws MessagingException when an address is not one
     */
    public MimeMessage compose(CameraAlarm alarm) throws MessagingException {
        Site site = sites.site(alarm.site());
        Map<String, String> facts = facts(site, alarm);
        var message = new MimeMessage(session);
        message.setFrom(new InternetAddress(from, true));
        for (String recipient : site.mail().to()) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(recipient, true));
        }
        message.setSubject(header("[" + site.name() + "] " + alarm.name() + " \u2013 " + camera(alarm)), "UTF-8");
        message.setSentDate(new Date());
        var body = new MimeMultipart("alternative");
        var text = new MimeBodyPart();
        text.setText(text(facts), "UTF-8");
        body.addBodyPart(text);
        var html = new MimeBodyPart();
        html.setText(html(facts), "UTF-8", "html");
        body.addBodyPart(html);
        message.setContent(body);
        message.saveChanges();
        return message;
    }

    private Map<String, String> facts(Site site, CameraAlarm alarm) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Alarm", alarm.name());
        facts.put("Camera", camera(alarm));
        facts.put("Site", site.name());
        facts.put("Time", LOCAL.format(alarm.time().atZone(site.timeZone())) + " (" + UTC.format(alarm.time()) + ")");
        Optional<Edition> edition = cameras.edition(site);
        edition.filter(e -> !e.hasAlarmManager())
                .ifPresent(e -> facts.put("Why", "XProtect " + e.label() + " has no Alarm Manager"));
        facts.put("Id", alarm.id());
        return facts;
    }

    private String camera(CameraAlarm alarm) {
        return alarm.camera()
                .flatMap(cameras::camera)
                .map(Camera::name)
                .filter(name -> !name.isEmpty())
                .orElse(
                        alarm.sighting().label().isEmpty()
                                ? alarm.sighting().camera()
                                : alarm.sighting().label());
    }

    /** Nothing that came from outside may begin a new header line, whatever was cleaned before. */
    private static String header(String text) {
        return Text.clean(text);
    }

    private static String text(Map<String, String> facts) {
        var text = new StringBuilder();
        facts.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.toString();
    }

    private static String html(Map<String, String> facts) {
        var html = new StringBuilder("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body><table>");
        facts.forEach((name, value) -> html.append("<tr><th align=\"left\">")
                .append(escape(name))
                .append("</th><td>")
                .append(escape(value))
                .append("</td></tr>"));
        return html.append("</table></body></html>").toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
