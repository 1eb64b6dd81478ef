package ualarm.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {

    @ParameterizedTest
    @CsvSource({
        "tök:en, tök:en, true",
        "tök:en, tök:eN, false",
        "tök:en, tök:e, false",
        "tök:en, tök:enn, false",
        "tök:en, '', false",
        "'', x, false",
        "'', '', true"
    })
    void isOnlyItself(String secret, String shown, boolean matches) {
        assertThat(new Secret(secret).matches(shown)).isEqualTo(matches);
    }

    @Test
    void isNeverShown() {
        assertThat(new Secret("token")).hasToString("***");
        assertThat(Secret.NONE).hasToString("");
        assertThat(new Secret("token").isEmpty()).isFalse();
        assertThat(Secret.NONE.isEmpty()).isTrue();
    }

    /** RFC 7617: the user's name has no colon, the password may. */
    @ParameterizedTest
    @CsvSource({
        "Basic, user:tök:en, tök:en",
        "bAsIc, user:tök:en, tök:en",
        "Basic, :token, token",
        "Basic, token, token",
        "Basic, user:, ''",
        "Bearer, user:token,"
    })
    void aBasicLoginShowsItsPassword(String scheme, String both, String password) {
        String shown = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        assertThat(BasicLogin.password(scheme + " " + shown)).isEqualTo(Optional.ofNullable(password));
        assertThat(BasicLogin.password(scheme + "  " + shown + " ")).isEqualTo(Optional.ofNullable(password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basi", "Basic user:token", "Basic ====", "BasicdXNlcjp0b2tlbg=="})
    void aDamagedLoginShowsNone(String authorization) {
        assertThat(BasicLogin.password(authorization)).isEmpty();
    }
}
