package ualarm.mail;

import jakarta.mail.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import ualarm.alarm.SteadyClock;
import ualarm.milestone.CameraFinder;
import ualarm.milestone.Inventories;
import ualarm.milestone.Token;
import ualarm.site.Settings;

/** What the routes of mail need: the relay, its login, and the bean that writes the mails. */
public final class MailRoom implements CamelConfiguration {

    private final MailRelay relay;
    private final MailToken token;
    private final AlarmMail mail;
    private final Session session;

    /**
     * @param settings the settings
     * @param cameras know the cameras' names
     * @param inventories know the sites' editions
     * @param logIn runs the route {@code log-in-to-relay}
     * @param wake has the route {@code refresh-mail-token} run at a time
     */
    public MailRoom(
            Settings settings,
            CameraFinder cameras,
            Inventories inventories,
            Supplier<CompletableFuture<Token>> logIn,
            Consumer<Instant> wake) {
        Settings.MailStyle style = settings.mailStyle();
        this.token = new MailToken(settings.relay(), SteadyClock.PROCESS, logIn, wake);
        this.relay = new MailRelay(settings.relay(), token, SteadyClock.PROCESS);
        this.session = relay.session();
        this.mail = new AlarmMail(
                settings.sites(),
                cameras,
                inventories,
                relay,
                session,
                new Templates(style.templates(), style.language()),
                style.language(),
                settings.relay().from());
    }

    @Override
    public void configure(CamelContext camel) {
        Registry registry = camel.getRegistry();
        registry.bind("mailSession", session);
        registry.bind("mailRelay", relay);
        registry.bind("mailToken", token);
        registry.bind("alarmMail", mail);
    }

    /**
     * @param site a site's name; empty for an alarm whose site is not known
     * @return how long an alarm may wait for XProtect before it is mailed; nothing when nobody gets mail
     */
    public Optional<Duration> patience(String site) {
        return mail.patience(site);
    }
}
