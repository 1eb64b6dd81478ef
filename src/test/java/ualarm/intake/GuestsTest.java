package ualarm.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ualarm.intake.Guests.Guest;

class GuestsTest {

    private final Guests<String> guests = new Guests<>(100);

    @Test
    void countsWhoIsInsideAndWhatTheyHold() {
        guests.enter("a", "192.0.2.1", 1, 60);
        guests.enter("a", "192.0.2.1", 2, 60);
        assertThat(guests.count()).as("it had come before").isEqualTo(1);
        assertThat(guests.isFull(40)).isFalse();
        assertThat(guests.isFull(41)).isTrue();
        guests.enter("b", "192.0.2.1", 3, 30);
        assertThat(guests.count()).isEqualTo(2);
        assertThat(guests.isFull(10)).isFalse();
        assertThat(guests.isFull(11)).isTrue();
        assertThat(guests.holds("b", "192.0.2.1")).isEqualTo(30);
        guests.leave("a", "192.0.2.1");
        assertThat(guests.isFull(70)).isFalse();
        assertThat(guests.isFull(71)).isTrue();
        assertThat(guests.count()).isEqualTo(1);
        assertThat(guests.holds("b", "192.0.2.1")).isEqualTo(30);
    }

    @Test
    void whoHasLeftHoldsNothingAndLeavesOnce() {
        guests.enter("a", "192.0.2.1", 1, 60);
        guests.leave("a", "192.0.2.2");
        guests.leave("b", "192.0.2.1");
        assertThat(guests.count()).isEqualTo(1);
        guests.leave("a", "192.0.2.1");
        guests.leave("a", "192.0.2.1");
        assertThat(guests.count()).isZero();
        assertThat(guests.holds("a", "192.0.2.1")).isZero();
        guests.holdsMore("a", "192.0.2.1", 99);
        assertThat(guests.isFull(100)).isFalse();
        assertThat(guests.isFull(101)).isTrue();
    }

    @Test
    void aGuestMayHoldMoreAndMoreButNoLess() {
        guests.enter("a", "192.0.2.1", 1, 60);
        guests.holdsMore("a", "192.0.2.1", 30);
        guests.holdsMore("a", "192.0.2.1", 0);
        guests.holdsMore("a", "192.0.2.1", -50);
        assertThat(guests.holds("a", "192.0.2.1")).isEqualTo(90);
        assertThat(guests.isFull(10)).isFalse();
        assertThat(guests.isFull(11)).isTrue();
        guests.leave("a", "192.0.2.1");
        assertThat(guests.isFull(100)).isFalse();
    }

    /** Where room is short it is made by who takes most of it. */
    @Test
    void roomIsMadeByTheFirstOfTheAddressThatHasMostInside() {
        assertThat(guests.first(anybody -> true)).isEmpty();
        guests.enter("early", "192.0.2.1", 1, 1);
        guests.enter("a", "192.0.2.2", 2, 1);
        guests.enter("b", "192.0.2.2", 3, 1);
        assertThat(guests.first(anybody -> true)).map(Guest::who).contains("a");
        assertThat(guests.first(guest -> guest.since() > 2)).map(Guest::who).contains("b");
        assertThat(guests.first(guest -> guest.address().equals("192.0.2.1"))).isEmpty();
        guests.leave("a", "192.0.2.2");
        guests.leave("b", "192.0.2.2");
        assertThat(guests.first(anybody -> true)).map(Guest::who).contains("early");
    }

    /** By System.nanoTime, which may run over. */
    @Test
    void knowsWhoCameBeforeATime() {
        long start = Long.MAX_VALUE - 1;
        guests.enter("a", "192.0.2.1", start, 1);
        guests.enter("b", "192.0.2.1", start + 5, 1);
        guests.enter("c", "192.0.2.2", start + 1, 1);
        assertThat(who(start)).isEmpty();
        assertThat(who(start + 1)).containsExactly("a");
        assertThat(who(start + 5)).containsExactlyInAnyOrder("a", "c");
        assertThat(who(start + 6)).containsExactlyInAnyOrder("a", "b", "c");
    }

    private List<String> who(long time) {
        return guests.before(time).stream().map(Guest::who).toList();
    }
}
