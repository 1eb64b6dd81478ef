package ualarm.cluster;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.regex.Pattern;
import ualarm.Rig;

/** A mail relay, and the book of which alarms its mails mention. */
public final class Mails implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("alarm-(\\d+)-");

    private final GreenMail server =
            new GreenMail(new ServerSetup(Rig.freePort(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final Book book;
    private int read;

    /** @param book is told which alarms the mails mention */
    public Mails(Book book) {
        this.book = book;
        server.start();
    }

    /** @return the port on loopback */
    public int port() {
        return server.getSmtp().getPort();
    }

    /** Reads the mails that came since they were read last. */
    public synchronized void read() {
        MimeMessage[] all = server.getReceivedMessages();
        for (; read < all.length; read++) {
            try {
                NAME.matcher(text(all[read].getContent()))
                        .results()
                        .map(found -> Integer.parseInt(found.group(1)))
                        .distinct()
                        .forEach(book::mailed);
            } catch (IOException | MessagingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String text(Object content) throws IOException, MessagingException {
        Object part = content;
        while (part instanceof Multipart parts) {
            part = parts.getBodyPart(0).getContent();
        }
        return String.valueOf(part);
    }

    /** @return how many mails came */
    public int count() {
        return server.getReceivedMessages().length;
    }

    @Override
    public void close() {
        server.stop();
    }
}
