package ualarm.site;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.Optional;

/** Addresses as they stand in a mail's head, which is stricter than people are. */
final class MailAddress {

    private MailAddress() {}

    /**
     * @param written an address as it was typed or pasted
     * @return the address without what cannot be seen
     */
    static String visible(String written) {
        return written.replaceAll("[\\p{Cf}\\u00A0]", "").strip();
    }

    /**
     * @param address an address, perhaps with a name before it
     * @return why no mail can have it; nothing when one can
     */
    static Optional<String> fault(String address) {
        try {
            new InternetAddress(address, true).validate();
            return Optional.empty();
        } catch (AddressException e) {
            return Optional.of(e.getMessage());
        }
    }
}
