package ualarm.trial;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** A mail relay on loopback that delivers nothing to anybody. */
final class Mails implements AutoCloseable {

    private final GreenMail relay = new GreenMail(ServerSetup.SMTP.dynamicPort());

    Mails() {
        relay.start();
    }

    int port() {
        return relay.getSmtp().getPort();
    }

    /** @return the mails it was given, each once however many got it */
    List<Fact> facts() {
        var mails = new LinkedHashMap<String, Fact>();
        try {
            for (MimeMessage mail : relay.getReceivedMessages()) {
                if (!mails.containsKey(mail.getMessageID())) {
                    mails.put(mail.getMessageID(), new Fact("mail", Optional.empty(), members(mail), true));
                }
            }
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException(e);
        }
        return List.copyOf(mails.values());
    }

    private static ObjectNode members(MimeMessage mail) throws MessagingException, IOException {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        for (Address to : mail.getAllRecipients()) {
            members.withArray("/to").add(((InternetAddress) to).getAddress());
        }
        members.put("from", ((InternetAddress) mail.getFrom()[0]).getAddress());
        members.put("subject", mail.getSubject());
        read(mail, members);
        return members;
    }

    private static void read(Part part, ObjectNode members) throws MessagingException, IOException {
        if (part.isMimeType("multipart/*")) {
            var parts = (Multipart) part.getContent();
            for (int i = 0; i < parts.getCount(); i++) {
                read(parts.getBodyPart(i), members);
            }
        } else if (part.isMimeType("text/plain") && part.getFileName() == null) {
            members.put("text", part.getContent().toString());
        } else if (part.isMimeType("text/html") && part.getFileName() == null) {
            members.put("html", part.getContent().toString());
        } else {
            members.withArray("/attachments")
                    .add(part.getFileName() == null ? part.getContentType() : part.getFileName());
        }
    }

    void forget() {
        try {
            relay.purgeEmailFromAllMailboxes();
        } catch (FolderException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        relay.stop();
    }
}
