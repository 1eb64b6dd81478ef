package ualarm.mail;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import java.util.Properties;
import org.apache.camel.Exchange;
import ualarm.alarm.Undelivered.Later;
import ualarm.site.Settings;

/** The mail relay: how it is reached, and what its failures mean. */
public final class MailRelay {

    private final Settings.Relay relay;

    /** @param relay where the relay is and how to log in to it */
    public MailRelay(Settings.Relay relay) {
        this.relay = relay;
    }

    /** @return the address of the relay as a Camel endpoint; the password is not in it */
    public String endpoint() {
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
        boolean startTls = relay.security().equals("starttls");
        properties.setProperty(at + "starttls.enable", String.valueOf(startTls));
        properties.setProperty(at + "starttls.required", String.valueOf(startTls));
        boolean login = !relay.username().isEmpty();
        properties.setProperty(at + "auth", String.valueOf(login));
        return Session.getInstance(properties, login ? new Login() : null);
    }

    /**
     * Says what kept the relay from taking a mail, in words for an installer.
     *
     * @param exchange the failed sending
     * @throws Later always
     */
    public void failed(Exchange exchange) {
        var failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String where = "The mail relay " + relay.host() + ":" + relay.port();
        if (failure instanceof AuthenticationFailedException) {
            throw new Later(
                    where + " refused the login of " + relay.username() + ". Check mail.username and mail.password.");
        }
        throw new Later(where + " did not take the mail: "
                + String.valueOf(failure.getMessage()).strip());
    }

    private final class Login extends Authenticator {
        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(relay.username(), relay.password().reveal());
        }
    }
}
