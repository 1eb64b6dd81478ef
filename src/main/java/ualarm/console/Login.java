package ualarm.console;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import ualarm.site.BasicLogin;
import ualarm.site.PasswordHash;
import ualarm.site.Secret;

/**
 * Looks at the password that a request to the console shows. A hash is slow on purpose: it is made on one thread of its own, so that
 * guesses take neither the event loop nor the processors from alarms, and not again for what was right the last time.
 */
final class Login {

    private static final int MOST_WAITING = 20;
    private static final int BUSY_SECONDS = 5;

    private final Secret password;
    private final Optional<PasswordHash> hash;
    private final Guesses guesses = new Guesses(System::nanoTime);
    private final SecretKeySpec printKey;
    private final ThreadPoolExecutor hashing =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                var thread = new Thread(task, "console-password");
                thread.setDaemon(true);
                return thread;
            });
    private volatile Secret right = Secret.NONE;

    /** A password is to be waited for: too many wrong ones came from an address, or too many from everywhere. */
    static final class Wait extends RuntimeException {

        private final long seconds;

        Wait(long seconds) {
            super(null, null, false, false);
            this.seconds = seconds;
        }

        long seconds() {
            return seconds;
        }
    }

    /** @param password what is set: the password or its hash; empty = none is needed */
    Login(Secret password) {
        this.password = password;
        this.hash = PasswordHash.read(password);
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        this.printKey = new SecretKeySpec(key, "HmacSHA256");
        hashing.allowCoreThreadTimeOut(true);
    }

    /** @return whether none is needed */
    boolean isOpen() {
        return password.isEmpty();
    }

    /**
     * @param address where the request comes from
     * @param authorization what it shows; nothing when it shows none
     * @return whether it shows the password; on whatever thread knows. Fails with {@link Wait}
     */
    CompletableFuture<Boolean> isRight(String address, String authorization) {
        Optional<String> shown = Optional.ofNullable(authorization).flatMap(BasicLogin::password);
        if (shown.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        // Before anything is compared: else what is answered would tell a guesser that it is right after all.
        long seconds = guesses.secondsToWait(address);
        if (seconds > 0) {
            return CompletableFuture.failedFuture(new Wait(seconds));
        }
        if (hash.isEmpty()) {
            return CompletableFuture.completedFuture(note(address, shown.get(), password.matches(shown.get())));
        }
        String print = print(shown.get());
        if (right.matches(print)) {
            return CompletableFuture.completedFuture(true);
        } else if (guesses.isKnown(address, print)) {
            return CompletableFuture.completedFuture(false);
        }
        try {
            return CompletableFuture.supplyAsync(
                    () -> note(address, shown.get(), hash.get().matches(shown.get())), hashing);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new Wait(BUSY_SECONDS));
        }
    }

    private boolean note(String address, String shown, boolean isRight) {
        if (isRight) {
            right = new Secret(print(shown));
        } else {
            guesses.wrong(address, print(shown));
        }
        return isRight;
    }

    /** Tells passwords apart in this process, and is worth nothing outside. */
    private String print(String shown) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(printKey);
            return HexFormat.of().formatHex(mac.doFinal(shown.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
