package ualarm.command;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import ualarm.alarm.Text;
import ualarm.mail.MailRelay;
import ualarm.mail.MailToken;
import ualarm.site.Settings;
import ualarm.site.Site;

/** Goes as far with the mail relay as one can without sending a mail: connects, logs in, names each recipient, takes it back. */
final class RelayCheck {

    private static final String MILLIS = "3000";

    private final Settings.Relay relay;
    private final Findings findings;
    private final String where;

    RelayCheck(Settings.Relay relay, Findings findings) {
        this.relay = relay;
        this.findings = findings;
        this.where = relay.host() + ":" + relay.port();
    }

    /** @param sites those whose recipients are asked for */
    void run(List<Site> sites) {
        boolean byToken = !relay.oauth().tokenUrl().isEmpty();
        SMTPTransport transport;
        try {
            transport = connect(byToken);
        } catch (AuthenticationFailedException e) {
            findings.fail(
                    "mail relay",
                    where + " refuses the login of " + relay.username() + " (" + Findings.words(e)
                            + "). Correct mail.username and mail.password.");
            return;
        } catch (MessagingException | IllegalArgumentException e) {
            findings.fail("mail relay", where + " " + why(e));
            return;
        }
        try {
            findings.ok(
                    "mail relay",
                    where + " is reached"
                            + switch (relay.security()) {
                                case "none" -> ", without encryption";
                                case "tls" -> " by TLS";
                                default -> " by STARTTLS";
                            }
                            + (relay.username().isEmpty() || byToken ? "." : ", the login is accepted."));
            if (byToken) {
                findings.ok(
                        "mail login",
                        "by token (mail.oauth.token-url); it is not checked here. Raise a test alarm to see.");
            } else {
                recipients(transport, sites);
            }
        } catch (MessagingException e) {
            findings.fail("recipients", where + " broke off (" + Findings.words(e) + "). Look at the relay's log.");
        } finally {
            close(transport);
        }
    }

    private SMTPTransport connect(boolean byToken) throws MessagingException {
        var token = new MailToken(
                relay,
                Clock.systemUTC(),
                () -> CompletableFuture.failedFuture(new IllegalStateException()),
                time -> {});
        Session session = new MailRelay(relay, token, Clock.systemUTC()).session();
        String at = "mail." + session.getProperty("mail.transport.protocol") + ".";
        List.of("connectiontimeout", "timeout", "writetimeout")
                .forEach(limit -> session.getProperties().setProperty(at + limit, MILLIS));
        if (byToken) {
            session.getProperties().setProperty(at + "auth", "false");
        }
        var transport = (SMTPTransport) session.getTransport();
        transport.connect();
        return transport;
    }

    private void recipients(SMTPTransport transport, List<Site> sites) throws MessagingException {
        if (transport.simpleCommand("MAIL FROM:<" + bare(relay.from()) + ">") / 100 != 2) {
            findings.fail(
                    "mail sender",
                    where + " refuses the sender " + relay.from() + " (" + said(transport)
                            + "). Write an address in mail.from that "
                            + (relay.username().isEmpty() ? "it" : relay.username())
                            + " may send from.");
            return;
        }
        for (Site site : sites) {
            for (String to : site.mail().to()) {
                int code = transport.simpleCommand("RCPT TO:<" + bare(to) + ">");
                if (code / 100 == 2) {
                    findings.ok("recipient", to + " is accepted.");
                } else if (code / 100 == 4) {
                    findings.warning(
                            "recipient",
                            where + " does not take mail for " + to + " just now (" + said(transport)
                                    + "). The connector tries again; if it stays so, look at the relay's log.");
                } else {
                    findings.fail(
                            "recipient",
                            where + " refuses " + to + " (" + said(transport) + "). Correct it in site."
                                    + site + ".mail.to, or allow this sender at the relay"
                                    + (relay.username().isEmpty() ? " (mail.username is empty)" : "") + ".");
                }
            }
        }
        transport.simpleCommand("RSET");
    }

    private static String bare(String address) {
        try {
            return new InternetAddress(address).getAddress();
        } catch (AddressException e) {
            return address;
        }
    }

    private static String said(SMTPTransport transport) {
        return Text.clean(String.valueOf(transport.getLastServerResponse())
                .replaceAll("\\s+", " ")
                .strip());
    }

    private String why(Exception failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof SSLException)) {
            cause = cause.getCause();
        }
        if (cause instanceof UnknownHostException) {
            return "has a host name that cannot be found. Check mail.host and this machine's DNS.";
        } else if (cause instanceof SSLException) {
            return "has a certificate that is not trusted, or speaks no TLS on this port (" + Findings.words(cause)
                    + "). Write the PEM file of its issuer in mail.trust, and check mail.port and mail.security.";
        } else if (cause instanceof IOException) {
            return "cannot be connected to (" + Findings.words(cause)
                    + "). Check mail.host and mail.port, that the relay runs, and the firewall.";
        }
        return "does not let the connector in (" + Findings.words(cause) + "). Check mail.security and mail.port.";
    }

    private static void close(SMTPTransport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            // What was to be known is known.
        }
    }
}
