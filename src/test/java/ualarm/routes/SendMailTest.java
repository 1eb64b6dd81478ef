package ualarm.routes;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.junit.jupiter.api.Test;
import ualarm.RouteTest;
import ualarm.alarm.CameraAlarm;
import ualarm.alarm.Undelivered.Later;
import ualarm.alarm.Undelivered.Never;

class SendMailTest extends RouteTest {

    private static final String RELAY = "mock:smtp:relay:587";

    private static final String GUARD = "guard@example.com";
    private static final String CHIEF = "chief@example.com";

    private boolean isPictureAsked;

    SendMailTest() {
        super("send-mail");
        set("site.main.mail.to", "guard@example.com; chief@example.com");
        site("new");
        set("site.new.mail.to", "guard@example.com");
    }

    @Override
    protected CompletableFuture<byte[]> picture(CameraAlarm alarm) {
        isPictureAsked = true;
        return super.picture(alarm);
    }

    private Exchange mail(CameraAlarm... alarms) {
        return run("send-mail", List.of(alarms), Map.of("site", alarms[0].site()));
    }

    /** Each mail is another: what became of the last is remembered. */
    private Exchange mailWhere(MessagingException failure) {
        getMockEndpoint(RELAY).whenAnyExchangeReceived(exchange -> {
            throw failure;
        });
        return mail(alarm("main", String.valueOf(failure.hashCode())));
    }

    /** As the relay's client tells of recipients: who got the mail, and a chain of those who were refused. */
    private static SendFailedException refused(int code, List<String> refused, List<String> sent) throws Exception {
        Address[] got = InternetAddress.parse(String.join(",", sent));
        var failure = new SendFailedException("refused", null, got, new Address[0], new Address[0]);
        for (String each : refused) {
            // Goes to the end of the chain.
            failure.setNextException(
                    new SMTPAddressFailedException(new InternetAddress(each), "RCPT", code, code + " no such user"));
        }
        return failure;
    }

    @Test
    void mailsAnAlarmToItsSitesRecipients() throws Exception {
        Exchange end = mail(alarm("main"));
        assertThat(end.getException()).isNull();
        MimeMessage mail = received(RELAY, MimeMessage.class).get(0);
        assertThat(mail.getSubject()).isEqualTo("[main] Intruder \u2013 North gate");
        assertThat(mail.getAllRecipients())
                .extracting(Object::toString)
                .containsExactly("guard@example.com", "chief@example.com");
        assertThat(end.getVariable("messageId")).isEqualTo(mail.getMessageID());
        assertThat(isPictureAsked).isFalse();
    }

    @Test
    void alarmsThatCameTogetherAreOneMail() throws Exception {
        mail(alarm("main"), alarm("main"));
        assertThat(received(RELAY, MimeMessage.class)).hasSize(1);
        var out = new ByteArrayOutputStream();
        received(RELAY, MimeMessage.class).get(0).writeTo(out);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Subject: [main] 2 ");
    }

    @Test
    void asksForThePictureWhereXProtectOffersIt() {
        isRead("new", "25.2.1000.0", "Corporate");
        assertThat(mail(alarm("new")).getException()).isNull();
        assertThat(isPictureAsked).isTrue();
        isPictureAsked = false;
    }

    @Test
    void aRelayThatDoesNotTakeTheMailIsTriedLater() {
        assertThat(mailWhere(new MessagingException("Connection refused")).getException())
                .isInstanceOf(Later.class)
                .hasMessage("The mail relay relay:587 did not take the mail: Connection refused");
    }

    @Test
    void aRecipientThatIsRefusedForNowIsTriedLater() throws Exception {
        assertThat(mailWhere(refused(450, List.of(GUARD), List.of())).getException())
                .isInstanceOf(Later.class)
                .hasMessageContaining("guard@example.com (450 no such user)");
    }

    @Test
    void aMailIsDoneWhenWhoIsLeftIsRefusedForGood() throws Exception {
        assertThat(mailWhere(refused(550, List.of(GUARD), List.of(CHIEF))).getException())
                .isNull();
    }

    @Test
    void aMailThatNobodyMayGetIsGivenUp() throws Exception {
        assertThat(mailWhere(refused(550, List.of(GUARD, CHIEF), List.of())).getException())
                .isInstanceOf(Never.class)
                .hasMessageContaining("refuses all recipients");
    }

    @Test
    void anAlarmThatXProtectHasNotTakenInTimeIsMailedWithTheReason() {
        run("mail-late", alarm("main"), Map.of("site", "main", "reason", "XProtect is down."));
        assertThat(queue("mail.*")).containsExactly(alarm("main").asFallback("main", "XProtect is down."));
    }
}
