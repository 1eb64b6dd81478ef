package ualarm.site;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it may stand in the settings without being told: {@code {pbkdf2}<rounds>:<salt>:<hash>}, PBKDF2 with HMAC-SHA-512, in
 * base64. Whoever reads it has to try passwords, each of which takes a tenth of a second.
 */
public final class PasswordHash {

    /** So many are recommended for SHA-512 (OWASP, Password Storage Cheat Sheet, 2023). */
    private static final int ROUNDS = 210_000;

    /** More would keep whoever logs in waiting, at a slip of the keyboard forever. */
    private static final int MOST_ROUNDS = 10_000_000;

    private static final int SALT = 16;
    private static final int LENGTH = 32;
    private static final String MARK = "{pbkdf2}";
    private static final Pattern FORM =
            Pattern.compile("\\{pbkdf2}(\\d{1,8}):([A-Za-z0-9_-]{16,128}):([A-Za-z0-9_-]{43})");

    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int rounds, byte[] salt, byte[] hash) {
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
    }

    /**
     * @param password a password
     * @return its hash, with a salt of its own
     */
    public static PasswordHash of(String password) {
        byte[] salt = new byte[SALT];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(ROUNDS, salt, hash(password, salt, ROUNDS));
    }

    /**
     * @param written what stands in the settings
     * @return whether it is to be a hash, be it a wrong one
     */
    public static boolean isOne(Secret written) {
        return written.reveal().startsWith(MARK);
    }

    /**
     * @param written what stands in the settings
     * @return the hash; nothing when it is none
     */
    public static Optional<PasswordHash> read(Secret written) {
        var parts = FORM.matcher(written.reveal().strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        int rounds = Integer.parseInt(parts.group(1));
        try {
            return rounds < 1 || rounds > MOST_ROUNDS
                    ? Optional.empty()
                    : Optional.of(new PasswordHash(
                            rounds,
                            Base64.getUrlDecoder().decode(parts.group(2)),
                            Base64.getUrlDecoder().decode(parts.group(3))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes its time.
     *
     * @param shown what somebody showed
     * @return whether it is this password
     */
    public boolean matches(String shown) {
        return MessageDigest.isEqual(hash, hash(shown, salt, rounds));
    }

    private static byte[] hash(String password, byte[] salt, int rounds) {
        try {
            var key = new PBEKeySpec(password.toCharArray(), salt, rounds, LENGTH * 8);
            try {
                return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                        .generateSecret(key)
                        .getEncoded();
            } finally {
                key.clearPassword();
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @return as it stands in the settings */
    @Override
    public String toString() {
        var base64 = Base64.getUrlEncoder().withoutPadding();
        return MARK + rounds + ":" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash);
    }
}
