package ualarm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Messages 1 and 2 wait in two queues each; what tells of it stands in files that are looked at in any order. */
class DeletionsTest {

    private final Deletions<String> deletions = new Deletions<>();

    private void got(long message) {
        deletions.got(message);
        deletions.got(message);
    }

    private void letGo(long message) {
        deletions.letGo(message);
        deletions.letGo(message);
    }

    @Test
    void whatAllQueuesHaveLetGoIsRightlyDeleted() {
        got(1);
        letGo(1);
        deletions.deleted(1, () -> {
            throw new AssertionError("its place is not asked for");
        });
        assertThat(deletions.wrong()).isEmpty();
    }

    @Test
    void whatOneQueueStillHasIsNot() {
        got(1);
        deletions.letGo(1);
        deletions.deleted(1, () -> "a");
        got(2);
        deletions.deleted(2, () -> "b");
        assertThat(deletions.wrong()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatCameBeforeMayBeSeenLater() {
        deletions.deleted(1, () -> "a");
        letGo(1);
        deletions.deleted(2, () -> "b");
        got(2);
        got(1);
        assertThat(deletions.wrong()).containsExactly("b");
        letGo(2);
        assertThat(deletions.wrong()).isEmpty();
    }

    @Test
    void ofWhatIsNotThereNothingIsSaid() {
        deletions.deleted(1, () -> "a");
        got(2);
        deletions.deleted(2, () -> "b");
        deletions.forget(2);
        assertThat(deletions.wrong()).isEmpty();
    }

    @Test
    void nothingIsLeftOfTheLastLook() {
        got(1);
        deletions.deleted(1, () -> "a");
        got(2);
        deletions.clear();
        deletions.deleted(2, () -> "b");
        got(1);
        assertThat(deletions.wrong()).isEmpty();
    }
}
