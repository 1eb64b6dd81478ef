package ualarm.mail;

import jakarta.activation.DataHandler;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Detection;
import ualarm.alarm.Text;
import ualarm.milestone.Camera;
import ualarm.milestone.CameraFinder;
import ualarm.milestone.Inventories;
import ualarm.milestone.Picture;
import ualarm.site.Edition;
import ualarm.site.Site;
import ualarm.site.Sites;

/** Decides which alarms are mailed, and writes the mails: one alarm, or all that have come since the last mail. */
public final class AlarmMail {

    /** A digest lists so many alarms one by one; its counts are of all. */
    private static final int MOST_LISTED = 200;

    /** Mails of the same alarm at the same camera stand together in the mailbox while no pause is longer than this. */
    private static final Duration INCIDENT = Duration.ofMinutes(30);

    private static final int MOST_INCIDENTS = 10_000;

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final Sites sites;
    private final CameraFinder cameras;
    private final Inventories inventories;
    private final MailRelay relay;
    private final Session session;
    private final Templates templates;
    private final String from;
    private final DateTimeFormatter local;
    private final Locale language;

    private record Incident(String firstMail, Instant last) {}

    private final Map<String, Incident> incidents = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Incident> eldest) {
            return size() > MOST_INCIDENTS;
        }
    };

    /**
     * @param sites all sites
     * @param cameras know the cameras' names
     * @param inventories know the sites' editions
     * @param relay knows who has a mail already
     * @param session how the relay is reached
     * @param templates what the mails look like
     * @param language of the mails
     * @param from the sender's address
     */
    public AlarmMail(
            Sites sites,
            CameraFinder cameras,
            Inventories inventories,
            MailRelay relay,
            Session session,
            Templates templates,
            String language,
            String from) {
        this.sites = sites;
        this.cameras = cameras;
        this.inventories = inventories;
        this.relay = relay;
        this.session = session;
        this.templates = templates;
        this.from = from;
        this.language = Locale.forLanguageTag(language);
        this.local = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss z", this.language);
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
                inventories
                        .edition(site)
                        .filter(edition -> !edition.hasAlarmManager())
                        .isPresent();
        };
    }

    /**
     * @param alarm an alarm whose site is known
     * @return the alarm, knowing whether it is mailed now
     */
    public CameraAlarm decide(CameraAlarm alarm) {
        return alarm.mailed(wanted(alarm));
    }

    /**
     * Says whether an alarm that XProtect took should have been mailed, too: its site's edition was not known when it came.
     *
     * @param alarm an alarm whose site is known
     * @return whether to mail it now
     */
    public boolean missed(@Variable("alarm") CameraAlarm alarm) {
        return !alarm.isMailed() && wanted(alarm);
    }

    /**
     * @param site a site's name; empty for an alarm whose site is not known
     * @return how long an alarm may wait for XProtect before it is mailed; nothing when nobody gets mail
     */
    public Optional<Duration> patience(String site) {
        return (site.isEmpty() ? sites.all() : List.of(sites.site(site)))
                .stream()
                        .filter(AlarmMail::getsMail)
                        .map(one -> one.mail().fallbackAfter())
                        .min(Comparator.naturalOrder());
    }

    /**
     * @param alarm an alarm whose site is known
     * @return whether its site has recipients of mail
     */
    public boolean hasRecipients(CameraAlarm alarm) {
        return getsMail(sites.site(alarm.site()));
    }

    private static boolean getsMail(Site site) {
        return !site.mail().to().isEmpty() && site.mail().when() != Site.Mail.When.NEVER;
    }

    /**
     * Says to whom an alarm goes that XProtect has not taken in time: to its site's recipients. Where the site is not known, to those
     * of the sites that could not be asked for the camera, else of all.
     *
     * @param alarm the alarm
     * @param reason why it was not taken
     * @return the alarm as a fallback, one for each site that mails it
     */
    public List<CameraAlarm> fallbacks(CameraAlarm alarm, @Variable("reason") String reason) {
        var candidates = sites.all().stream()
                .filter(AlarmMail::getsMail)
                .filter(site -> alarm.site().isEmpty() || site.name().equals(alarm.site()))
                .toList();
        var unasked = candidates.stream()
                .filter(site -> alarm.site().isEmpty() && cameras.mayBeOf(site, alarm))
                .toList();
        return (unasked.isEmpty() ? candidates : unasked)
                .stream().map(site -> alarm.asFallback(site.name(), reason)).toList();
    }

    /**
     * Writes the mail: plain text and HTML with the same facts, and the picture where there is one.
     *
     * @param alarms the alarms, all of one site
     * @param live the camera's picture; nothing or empty where XProtect gave none
     * @return the mail
     * @throws MessagingException when an address is not one
     */
    public MimeMessage compose(List<CameraAlarm> alarms, @Variable("picture") byte[] live) throws MessagingException {
        Site site = sites.site(alarms.get(0).site());
        return compose(site, alarms, live, recipients(site.mail().to()), messageId(alarms, ""));
    }

    /**
     * Writes the mail of one alarm for others than the site's recipients.
     *
     * @param alarm the alarm
     * @param to their addresses, separated by {@code ;}
     * @return the mail
     * @throws MessagingException when an address is not one
     */
    public MimeMessage composeFor(CameraAlarm alarm, String to) throws MessagingException {
        List<String> addresses = Stream.of(to.split(";")).map(String::strip).toList();
        List<CameraAlarm> alarms = List.of(alarm);
        return compose(sites.site(alarm.site()), alarms, null, recipients(addresses), messageId(alarms, to));
    }

    private MimeMessage compose(Site site, List<CameraAlarm> alarms, byte[] live, Address[] recipients, String id)
            throws MessagingException {
        Optional<byte[]> picture = picture(alarms, live);
        Map<String, Object> model = model(site, alarms, picture.isPresent());
        Address[] left = relay.left(id, recipients);
        var message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", id);
            }

            /** The header names all; the envelope only those that do not have it yet. */
            @Override
            public Address[] getAllRecipients() {
                return left;
            }
        };
        message.setFrom(new InternetAddress(from, true));
        message.setRecipients(Message.RecipientType.TO, recipients);
        message.setSubject(Text.clean(templates.render("subject.ftl", model)), "UTF-8");
        message.setSentDate(new Date());
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader("X-Auto-Response-Suppress", "All");
        message.setHeader("List-Id", "<" + site.name() + ".alarms." + domain() + ">");
        references(site, alarms, id).ifPresent(first -> {
            try {
                message.setHeader("References", first);
                message.setHeader("In-Reply-To", first.substring(first.lastIndexOf('<')));
            } catch (MessagingException e) {
                throw new IllegalStateException(e);
            }
        });

        var text = new MimeBodyPart();
        text.setText(templates.render("text.ftl", model), "UTF-8");
        var html = new MimeBodyPart();
        html.setText(templates.render("html.ftlh", model), "UTF-8", "html");
        var both = new MimeMultipart("alternative", text, picture.isEmpty() ? html : related(html, picture.get()));
        message.setContent(both);
        message.saveChanges();
        return message;
    }

    /** The picture belongs to the HTML, which shows it by its content id. */
    private static MimeBodyPart related(MimeBodyPart html, byte[] jpeg) throws MessagingException {
        var image = new MimeBodyPart();
        image.setDataHandler(new DataHandler(new ByteArrayDataSource(jpeg, "image/jpeg")));
        image.setContentID("<picture>");
        image.setDisposition(Part.INLINE);
        image.setFileName("alarm.jpg");
        var part = new MimeBodyPart();
        part.setContent(new MimeMultipart("related", html, image));
        return part;
    }

    private static Optional<byte[]> picture(List<CameraAlarm> alarms, byte[] live) {
        if (alarms.size() > 1) {
            return Optional.empty();
        }
        var sighting = alarms.get(0).sighting();
        return Picture.sent(sighting)
                .or(() -> Optional.ofNullable(live)
                        .filter(jpeg -> jpeg.length > 0)
                        .flatMap(jpeg -> Picture.framed(jpeg, sighting)));
    }

    private static Address[] recipients(List<String> addresses) throws MessagingException {
        var recipients = new ArrayList<Address>();
        for (String recipient : addresses) {
            recipients.add(new InternetAddress(recipient, true));
        }
        return recipients.toArray(Address[]::new);
    }

    private String domain() {
        return from.substring(from.lastIndexOf('@') + 1).replace(">", "").strip();
    }

    /** The same at every attempt, so that mail systems can drop a double. */
    private String messageId(List<CameraAlarm> alarms, String others) {
        UUID id = alarms.get(0).uniqueId();
        if (alarms.size() > 1 || !others.isEmpty()) {
            String all = alarms.stream().map(a -> a.uniqueId().toString()).collect(Collectors.joining()) + others;
            id = UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
        }
        return "<" + id + "@" + domain() + ">";
    }

    /** The first mails of the incidents that these alarms go on with. */
    private Optional<String> references(Site site, List<CameraAlarm> alarms, String id) {
        Instant now = Instant.now();
        synchronized (incidents) {
            String first = alarms.stream()
                    .map(alarm -> {
                        String key = site.name() + "\n" + alarm.name() + "\n" + camera(alarm);
                        Incident before = incidents.remove(key);
                        boolean goesOn = before != null
                                && before.last().plus(INCIDENT).isAfter(now)
                                && !before.firstMail().equals(id);
                        String mail = goesOn ? before.firstMail() : id;
                        incidents.put(key, new Incident(mail, now));
                        return mail;
                    })
                    .filter(mail -> !mail.equals(id))
                    .distinct()
                    .limit(10)
                    .collect(Collectors.joining(" "));
            return first.isEmpty() ? Optional.empty() : Optional.of(first);
        }
    }

    private Map<String, Object> model(Site site, List<CameraAlarm> alarms, boolean hasPicture) {
        String late = alarms.stream()
                .map(CameraAlarm::late)
                .filter(reason -> !reason.isEmpty())
                .findFirst()
                .orElse("");
        var model = new HashMap<String, Object>();
        model.put("words", templates.words());
        model.put("language", language.getLanguage());
        model.put("site", site.name());
        model.put("digest", alarms.size() > 1);
        model.put("count", alarms.size());
        model.put("subject", templates.word("digest.subject", alarms.size()));
        model.put("late", late);
        boolean isSupervision = alarms.stream().allMatch(CameraAlarm::isSupervision);
        model.put("why", isSupervision ? templates.word("why.supervision") : why(site, late));
        model.put("picture", hasPicture);
        model.put(
                "alarms",
                alarms.stream().limit(MOST_LISTED).map(a -> facts(site, a)).toList());
        model.put("more", alarms.size() > MOST_LISTED ? templates.word("more", alarms.size() - MOST_LISTED) : "");
        model.put("groups", groups(site, alarms));
        return model;
    }

    private String why(Site site, String late) {
        if (!late.isEmpty()) {
            return templates.word("why.fallback");
        }
        Optional<Edition> without = inventories.edition(site).filter(edition -> !edition.hasAlarmManager());
        return without.isPresent()
                ? templates.word("why.edition", without.get().label())
                : templates.word("why.always");
    }

    private Map<String, Object> facts(Site site, CameraAlarm alarm) {
        return Map.of(
                "name", alarm.name(),
                "camera", camera(alarm),
                "time", local.format(alarm.time().atZone(site.timeZone())),
                "utc", UTC.format(alarm.time()),
                "seen",
                        alarm.sighting().detections().stream()
                                .map(this::seen)
                                .distinct()
                                .collect(Collectors.joining("; ")),
                "id", alarm.id());
    }

    private String seen(Detection detection) {
        String kind = detection.type().startsWith("PERSON") ? "PERSON" : detection.type();
        String word =
                kind.isEmpty() ? templates.word("OBJECT") : templates.words().getOrDefault(kind, detection.kind());
        return detection.confidence() > 0 ? word + ", " + Math.round(detection.confidence() * 100) + " %" : word;
    }

    private List<Map<String, Object>> groups(Site site, List<CameraAlarm> alarms) {
        var groups = new LinkedHashMap<String, List<CameraAlarm>>();
        alarms.forEach(alarm -> groups.computeIfAbsent(alarm.name() + "\n" + camera(alarm), key -> new ArrayList<>())
                .add(alarm));
        return groups.values().stream()
                .sorted(Comparator.comparing(group -> -group.size()))
                .map(group -> {
                    var times = group.stream().map(CameraAlarm::time).sorted().toList();
                    return Map.<String, Object>of(
                            "count", group.size(),
                            "name", group.get(0).name(),
                            "camera", camera(group.get(0)),
                            "first", local.format(times.get(0).atZone(site.timeZone())),
                            "last", local.format(times.get(times.size() - 1).atZone(site.timeZone())));
                })
                .toList();
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
}
