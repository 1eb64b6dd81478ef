package ualarm.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The short form of {@link Fuzz}: each target takes what is kept of it, and some of that changed at random. */
class FuzzTest {

    /** Each of the history opens a database. */
    private static final int CHANGED = 300;

    private static final int CHANGED_DATABASES = 10;

    private static List<Target> targets() {
        return Target.all();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void takesWhateverComes(Target target) {
        List<byte[]> corpus = target.corpus();
        assertThat(corpus).isNotEmpty();
        corpus.forEach(each -> take(target, each));
        long seed = System.nanoTime();
        var random = new Random(seed);
        int many = target.toString().startsWith("History") ? CHANGED_DATABASES : CHANGED;
        for (int i = 0; i < many; i++) {
            take(target, changed(corpus, random));
        }
    }

    private static void take(Target target, byte[] data) {
        assertThatCode(() -> target.input().take(data))
                .as(() -> target + " fails at this input, in base64: "
                        + Base64.getEncoder().encodeToString(data))
                .doesNotThrowAnyException();
    }

    /** The start of one and the end of another, with some bytes flipped, set, left out or doubled. */
    private static byte[] changed(List<byte[]> corpus, Random random) {
        byte[] one = corpus.get(random.nextInt(corpus.size()));
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        var bytes = new ByteArrayOutputStream();
        bytes.write(one, 0, random.nextInt(one.length + 1));
        int from = random.nextInt(other.length + 1);
        bytes.write(other, from, other.length - from);
        byte[] data = bytes.toByteArray();
        for (int i = random.nextInt(4); i > 0 && data.length > 0; i--) {
            int at = random.nextInt(data.length);
            switch (random.nextInt(3)) {
                case 0 -> data[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> data[at] = (byte) random.nextInt(256);
                default -> data[at] = (byte) "{}[]\":,0e\\u<>&;=\n".charAt(random.nextInt(17));
            }
        }
        return data;
    }
}
