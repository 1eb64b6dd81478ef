package ualarm.mail;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.site.Settings;
import ualarm.site.SettingsException;
import ualarm.site.Trust;

/** The mail relay: how it is reached, who has a mail already, and what its failures mean. */
public final class MailRelay {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");
    private static final int MOST_REMEMBERED = 1_000;

    /** So long a mail that somebody has, and with it all that follow, waits for those whom the relay refuses for now. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Who was refused for now longer ago than this is waited for anew. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private static final RelaySockets SOCKETS = new RelaySockets(Duration.ofMinutes(3));

    private final Settings.Relay relay;
    private final MailToken token;
    private final Clock clock;

    /** Since when, and until when, the relay has refused somebody for now, whichever mail it was. */
    private record Refused(Instant since, Instant last) {}

    private final Map<Address, Refused> refusedForNow = new HashMap<>();

    /** How far a mail has come that did not reach everybody at once: who needs no more attempts, and whether anybody has it. */
    private static final class Progress {
        private final Set<Address> settled = new HashSet<>();
        private boolean somebodyHasIt;
    }

    private final Map<String, Progress> progress = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Progress> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /**
     * @param relay where the relay is and how to log in to it
     * @param token takes the place of the password where the relay wants one
     * @param clock tells how long somebody has been refused
     */
    public MailRelay(Settings.Relay relay, MailToken token, Clock clock) {
        this.relay = relay;
        this.token = token;
        this.clock = clock;
    }

    /**
     * @param relay where the relay is
     * @return its address as a Camel endpoint; the password is not in it
     */
    public static String endpoint(Settings.Relay relay) {
        String scheme = relay.security().equals("tls") ? "smtps" : "smtp";
        String host = relay.host().isEmpty() ? "localhost" : relay.host();
        return scheme + "://" + Settings.inAddress(host) + ":" + relay.port() + "?session=#bean:mailSession";
    }

    /** @return a session with its own timeouts; encryption that is set is required, never only tried; certificates are checked */
    public Session session() {
        String protocol = relay.security().equals("tls") ? "smtps" : "smtp";
        String at = "mail." + protocol + ".";
        var properties = new Properties();
        properties.setProperty("mail.transport.protocol", protocol);
        properties.setProperty(at + "host", relay.host());
        properties.setProperty(at + "port", String.valueOf(relay.port()));
        properties.setProperty(at + "connectiontimeout", "10000");
        properties.setProperty(at + "timeout", "30000");
        properties.setProperty(at + "writetimeout", "30000");
        properties.put(at + "socketFactory", SOCKETS);
        properties.setProperty(at + "socketFactory.fallback", "false");
        properties.setProperty(at + "ssl.checkserveridentity", "true");
        // A recipient that is refused must not keep the others from getting the mail.
        properties.setProperty(at + "sendpartial", "true");
        boolean startTls = relay.security().equals("starttls");
        properties.setProperty(at + "starttls.enable", String.valueOf(startTls));
        properties.setProperty(at + "starttls.required", String.valueOf(startTls));
        boolean login = !relay.username().isEmpty();
        properties.setProperty(at + "auth", String.valueOf(login));
        properties.setProperty(at + "auth.mechanisms", token.isUsed() ? "XOAUTH2" : "PLAIN LOGIN");
        relay.trust().ifPresent(pem -> properties.put(at + "ssl.socketFactory", trusting(pem)));
        return Session.getInstance(properties, login ? new Login() : null);
    }

    private static SSLSocketFactory trusting(Path pem) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {Trust.of(pem.toString())}, null);
            return SOCKETS.over(context.getSocketFactory());
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingsException(
                    List.of("mail.trust names " + pem + ", which holds no certificate in PEM: " + e.getMessage()));
        }
    }

    /**
     * @param mail a mail's Message-ID
     * @param all its recipients
     * @return those that are still to get it
     */
    Address[] left(String mail, Address[] all) {
        synchronized (progress) {
            Progress known = progress.getOrDefault(mail, new Progress());
            return Arrays.stream(all)
                    .filter(each -> !known.settled.contains(each))
                    .toArray(Address[]::new);
        }
    }

    /**
     * Takes note of whom the relay took a mail for and whom it refused; who is refused for good, or for now and for long, does not keep the
     * others from getting it and the next ones.
     *
     * @param mail the mail
     * @param failure what sending it failed with
     * @return whether the mail is done: somebody has it, and nobody is left who could still get it
     * @throws MessagingException never: the mail is in memory
     */
    public boolean isSettled(MimeMessage mail, Exception failure) throws MessagingException {
        if (!(failure instanceof SendFailedException refused)) {
            return false;
        }
        Refusals refusals = refusals(refused);
        if (refusals.isWhole()) {
            return false;
        }
        if (!refusals.forGood().isEmpty()) {
            LOG.warn(
                    "{} refuses recipients for good: {}. Check mail.to.",
                    where(),
                    String.join(", ", refusals.forGood()));
        }
        String id = mail.getMessageID();
        synchronized (progress) {
            Progress known = progress.computeIfAbsent(id, key -> new Progress());
            known.settled.addAll(refusals.settled());
            known.somebodyHasIt |= refusals.wasSent();
            List<Address> tooLong = refusedForTooLong(refusals);
            if (known.somebodyHasIt && known.settled.addAll(tooLong)) {
                LOG.warn("{} still refuses recipients for now: {}. They do not get {}.", where(), tooLong, id);
            }
            return known.somebodyHasIt && left(id, mail.getAllRecipients()).length == 0;
        }
    }

    private List<Address> refusedForTooLong(Refusals refusals) {
        Instant now = clock.instant();
        refusedForNow.keySet().removeAll(refusals.settled());
        refusedForNow.values().removeIf(refused -> refused.last().isBefore(now.minus(FORGOTTEN)));
        return refusals.forNow().keySet().stream()
                .filter(address -> !refusedForNow
                        .merge(address, new Refused(now, now), (known, again) -> new Refused(known.since(), now))
                        .since()
                        .isAfter(now.minus(PATIENCE)))
                .toList();
    }

    /**
     * Says of a mail that is not done why, in words for an installer.
     *
     * @param mail the mail
     * @param failure what sending it failed with
     * @return later when somebody can still get it, never when nobody can
     * @throws MessagingException never: the mail is in memory
     */
    public Undelivered judge(MimeMessage mail, Exception failure) throws MessagingException {
        if (failure instanceof AuthenticationFailedException) {
            token.refused();
            return new Later(where() + " refused the login of " + relay.username() + ": " + words(failure)
                    + ". Check mail.username and " + (token.isUsed() ? "mail.oauth.*." : "mail.password.")
                    + (words(failure).contains("5.7.139") || words(failure).contains("5.7.30")
                            ? " Microsoft 365 has switched off passwords for SMTP here: set mail.oauth.*."
                            : ""));
        }
        if (!(failure instanceof SendFailedException refused)) {
            return new Later(where() + " did not take the mail: " + words(failure));
        }
        Refusals refusals = refusals(refused);
        if (refusals.isWhole()) {
            return new Never(where() + " refuses the mail: " + words(failure));
        }
        if (left(mail.getMessageID(), mail.getAllRecipients()).length > 0) {
            return new Later(where() + " did not take the mail for "
                    + (refusals.forNow().isEmpty()
                            ? "all recipients: " + words(failure)
                            : String.join(", ", refusals.forNow().values())));
        }
        // It may be replayed, when the relay is mended.
        synchronized (progress) {
            progress.remove(mail.getMessageID());
        }
        return new Never(where() + " refuses all recipients: " + String.join(", ", refusals.forGood()));
    }

    /** Who has a mail now, who is refused for good and who for now; or whether the mail itself is refused. */
    private record Refusals(
            boolean wasSent,
            boolean isWhole,
            Set<Address> settled,
            List<String> forGood,
            Map<Address, String> forNow) {}

    private static Refusals refusals(SendFailedException failure) {
        var forGood = new ArrayList<String>();
        var forNow = new LinkedHashMap<Address, String>();
        var settled = new HashSet<Address>(addresses(failure.getValidSentAddresses()));
        boolean wasSent = !settled.isEmpty();
        for (Exception next = failure; next != null; next = next(next)) {
            if (next instanceof SMTPAddressFailedException address) {
                boolean isFinal = address.getReturnCode() >= 500;
                String why = address.getAddress() + " (" + words(address) + ")";
                if (isFinal) {
                    forGood.add(why);
                    settled.add(address.getAddress());
                } else {
                    forNow.put(address.getAddress(), why);
                }
            }
        }
        int code = failure instanceof SMTPSendFailedException whole ? whole.getReturnCode() : 0;
        boolean isWhole = !wasSent && code >= 500 && forNow.isEmpty() && forGood.isEmpty();
        return new Refusals(wasSent, isWhole, settled, forGood, forNow);
    }

    private String where() {
        return "The mail relay " + relay.host() + ":" + relay.port();
    }

    private static Exception next(Exception failure) {
        return failure instanceof MessagingException chained ? chained.getNextException() : null;
    }

    private static List<Address> addresses(Address[] some) {
        return some == null ? List.of() : List.of(some);
    }

    private static String words(Throwable failure) {
        return Text.clean(String.valueOf(failure.getMessage()).replaceAll("\\R+", " "));
    }

    private final class Login extends Authenticator {
        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(
                    relay.username(),
                    token.isUsed() ? token.current() : relay.password().reveal());
        }
    }
}
