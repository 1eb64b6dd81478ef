package ualarm.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.junit.jupiter.api.Test;
import ualarm.TestClock;
import ualarm.alarm.Undelivered;
import ualarm.site.Settings;

/** A mail that some of its recipients get. */
class MailRelayTest {

    private static final String GUARD = "guard@example.com";
    private static final String CHIEF = "chief@example.com";

    private final TestClock clock = new TestClock();
    private final Settings.Relay settings = new Settings(
                    "site.main.url=https://vms\nsite.main.username=u\nsite.main.password=p\nmail.host=relay\n",
                    Path.of(""),
                    Map.of(),
                    Map.of())
            .relay();
    private final MailRelay relay =
            new MailRelay(settings, new MailToken(settings, clock, CompletableFuture::new, time -> {}), clock);

    private static MimeMessage mail() throws Exception {
        var mail = new MimeMessage(Session.getInstance(new Properties()));
        mail.setRecipients(Message.RecipientType.TO, InternetAddress.parse(GUARD + "," + CHIEF));
        mail.setText("An alarm");
        mail.saveChanges();
        return mail;
    }

    /** @param sent who gets it, or got it before */
    private boolean isSettled(MimeMessage mail, String sent) throws Exception {
        var failure = new SendFailedException(
                "refused",
                null,
                sent.isEmpty() ? new Address[0] : InternetAddress.parse(sent),
                new Address[0],
                new Address[0]);
        failure.setNextException(new SMTPAddressFailedException(
                new InternetAddress(CHIEF), "RCPT", 452, "452 4.2.2 The mailbox is full"));
        return relay.isSettled(mail, failure);
    }

    @Test
    void whoIsRefusedForNowKeepsTheNextMailsFromTheOthersForTwoMinutesAtMost() throws Exception {
        MimeMessage first = mail();
        assertThat(isSettled(first, GUARD)).isFalse();
        clock.pass(Duration.ofSeconds(119));
        assertThat(isSettled(first, "")).isFalse();
        clock.pass(Duration.ofSeconds(1));
        assertThat(isSettled(first, "")).isTrue();
        for (int minute = 0; minute < 30; minute++) {
            clock.pass(Duration.ofMinutes(1));
            assertThat(isSettled(mail(), GUARD)).as("the next").isTrue();
        }
        clock.pass(Duration.ofMinutes(11));
        assertThat(isSettled(mail(), GUARD)).as("long after it").isFalse();
    }

    @Test
    void whoHasGotAMailIsWaitedForAnew() throws Exception {
        MimeMessage first = mail();
        isSettled(first, GUARD);
        clock.pass(Duration.ofMinutes(2));
        assertThat(isSettled(first, "")).isTrue();
        var onlyTheOther =
                new SendFailedException("refused", null, InternetAddress.parse(CHIEF), new Address[0], new Address[0]);
        onlyTheOther.setNextException(
                new SMTPAddressFailedException(new InternetAddress(GUARD), "RCPT", 450, "450 Later"));
        assertThat(relay.isSettled(mail(), onlyTheOther)).isFalse();
        assertThat(isSettled(mail(), GUARD)).isFalse();
    }

    @Test
    void whatAllWereRefusedForGoodIsSentAnewWhenItIsReplayed() throws Exception {
        MimeMessage mail = mail();
        var failure = new SendFailedException("refused", null, new Address[0], new Address[0], mail.getAllRecipients());
        failure.setNextException(
                new SMTPAddressFailedException(new InternetAddress(GUARD), "RCPT", 550, "550 No relaying"));
        failure.setNextException(
                new SMTPAddressFailedException(new InternetAddress(CHIEF), "RCPT", 550, "550 No relaying"));
        assertThat(relay.isSettled(mail, failure)).isFalse();
        assertThat(relay.judge(mail, failure)).isInstanceOf(Undelivered.Never.class);
        assertThat(relay.left(mail.getMessageID(), mail.getAllRecipients())).hasSize(2);
    }

    @Test
    void aMailThatNobodyHasWaits() throws Exception {
        MimeMessage mail = mail();
        isSettled(mail, "");
        clock.pass(Duration.ofDays(1));
        assertThat(isSettled(mail, "")).isFalse();
        assertThat(isSettled(mail, "")).isFalse();
    }
}
