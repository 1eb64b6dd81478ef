package ualarm.mail;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.Exchange;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ualarm.alarm.Text;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;
import ualarm.site.Settings;

/** The mail relay: how it is reached, who has a mail already, and what its failures mean. */
public final class MailRelay {

    private static final Logger LOG = LoggerFactory.getLogger("ualarm.delivery");
    private static final int MOST_REMEMBERED = 1_000;

    private final Settings.Relay relay;
    private final MailToken token;

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
     */
    public MailRelay(Settings.Relay relay, MailToken token) {
        this.relay = relay;
        this.token = token;
    }

    /**
     * @param relay where the relay is
     * @return its address as a Camel endpoint; the password is not in it
     */
    public static String endpoint(Settings.Relay relay) {
        String scheme = relay.security().equals("tls") ? "smtps" : "smtp";
        return scheme + "://" + (relay.host().isEmpty() ? "localhost" : relay.host()) + ":" + relay.port()
                + "?session=#bean:mailSession";
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
        properties.setProperty(at + "ssl.checkserveridentity", "true");
        // A recipient that is refused must not keep the others from getting the mail.
        properties.setProperty(at + "sendpartial", "true");
        boolean startTls = relay.security().equals("starttls");
        properties.setProperty(at + "starttls.enable", String.valueOf(startTls));
        properties.setProperty(at + "starttls.required", String.valueOf(startTls));
        boolean login = !relay.username().isEmpty();
        properties.setProperty(at + "auth", String.valueOf(login));
        properties.setProperty(at + "auth.mechanisms", token.isUsed() ? "XOAUTH2" : "PLAIN LOGIN");
        relay.trust().ifPresent(pem -> properties.put(at + "ssl.socketFactory", TrustedBy.pem(pem)));
        return Session.getInstance(properties, login ? new Login() : null);
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
     * Says what kept the relay from taking a mail, in words for an installer. A mail that the relay took for some recipients and
     * refused for good for the others is done.
     *
     * @param exchange the failed sending
     * @throws ualarm.alarm.Undelivered when somebody must still get it, or nobody ever can
     */
    public void failed(Exchange exchange) {
        var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (failure instanceof Later login) {
            throw login;
        }
        String where = "The mail relay " + relay.host() + ":" + relay.port();
        if (failure instanceof AuthenticationFailedException) {
            token.refused();
            throw new Later(where + " refused the login of " + relay.username() + ": " + words(failure)
                    + ". Check mail.username and " + (token.isUsed() ? "mail.oauth.*." : "mail.password.")
                    + (words(failure).contains("5.7.139") || words(failure).contains("5.7.30")
                            ? " Microsoft 365 has switched off passwords for SMTP here: set mail.oauth.*."
                            : ""));
        }
        if (failure instanceof SendFailedException refused) {
            someRefused(exchange, refused, where);
            return;
        }
        throw new Later(where + " did not take the mail: " + words(failure));
    }

    private void someRefused(Exchange exchange, SendFailedException failure, String where) {
        var forGood = new ArrayList<String>();
        var forNow = new ArrayList<String>();
        var settled = new HashSet<Address>(addresses(failure.getValidSentAddresses()));
        boolean wasSent = !settled.isEmpty();
        for (Exception next = failure; next != null; next = next(next)) {
            if (next instanceof SMTPAddressFailedException address) {
                boolean isFinal = address.getReturnCode() >= 500;
                (isFinal ? forGood : forNow).add(address.getAddress() + " (" + words(address) + ")");
                if (isFinal) {
                    settled.add(address.getAddress());
                }
            }
        }
        int code = failure instanceof SMTPSendFailedException whole ? whole.getReturnCode() : 0;
        if (!wasSent && code >= 500 && forNow.isEmpty() && forGood.isEmpty()) {
            throw new Never(where + " refuses the mail: " + words(failure));
        }
        if (!forGood.isEmpty()) {
            LOG.warn("{} refuses recipients for good: {}. Check mail.to.", where, String.join(", ", forGood));
        }
        String mail = exchange.getProperty("messageId", String.class);
        boolean somebodyHasIt;
        synchronized (progress) {
            Progress known = progress.computeIfAbsent(mail, key -> new Progress());
            known.settled.addAll(settled);
            known.somebodyHasIt |= wasSent;
            somebodyHasIt = known.somebodyHasIt;
        }
        if (left(mail, exchange.getProperty("recipients", Address[].class)).length > 0) {
            throw new Later(where + " did not take the mail for "
                    + (forNow.isEmpty() ? "all recipients: " + words(failure) : String.join(", ", forNow)));
        }
        if (!somebodyHasIt) {
            throw new Never(where + " refuses all recipients: " + String.join(", ", forGood));
        }
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
