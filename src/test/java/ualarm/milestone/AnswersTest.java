package ualarm.milestone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnswersTest {

    static Stream<Integer> laters() {
        return IntStream.concat(
                        IntStream.of(401, 408, 425, 429),
                        IntStream.concat(IntStream.range(300, 400), IntStream.range(500, 600)))
                .boxed();
    }

    static Stream<Integer> nevers() {
        var laters = laters().toList();
        return IntStream.range(400, 500).boxed().filter(status -> !laters.contains(status));
    }

    @ParameterizedTest
    @MethodSource("laters")
    void triesLater(int status) {
        assertThat(Answers.isLater(status)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("nevers")
    void givesUp(int status) {
        assertThat(Answers.isLater(status)).isFalse();
    }
}
