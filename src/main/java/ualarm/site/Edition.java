package ualarm.site;

import java.util.Arrays;
import java.util.Optional;

/** XProtect's editions (u-alarm-milestone-guide, table of editions). */
public enum Edition {
    ESSENTIAL("Essential+"),
    EXPRESS("Express+"),
    PROFESSIONAL("Professional+"),
    EXPERT("Expert"),
    CORPORATE("Corporate");

    private final String label;

    Edition(String label) {
        this.label = label;
    }

    /** @return the edition as Milestone writes it */
    public String label() {
        return label;
    }

    /** @return whether operators of this edition see alarms: all but Essential+ (milestone-api.md 13) */
    public boolean hasAlarmManager() {
        return this != ESSENTIAL;
    }

    /**
     * @param label as Milestone writes it, in any case
     * @return the edition, or nothing when it is none of them
     */
    public static Optional<Edition> of(String label) {
        return Arrays.stream(values())
                .filter(e -> e.label.equalsIgnoreCase(label))
                .findFirst();
    }

    /**
     * Looks for an edition in the name of a licence, such as {@code XProtect Corporate 2025 R1}. That the edition stands in it is
     * inferred (milestone-api.md 3.3).
     *
     * @param productName the licence's display name
     * @param sku the product's code; only that of Corporate is documented
     * @return the edition, or nothing when none is named
     */
    public static Optional<Edition> in(String productName, String sku) {
        return Arrays.stream(values())
                .filter(e -> productName.contains(e.label))
                .findFirst()
                .or(() -> sku.equals("XPCO") ? Optional.of(CORPORATE) : Optional.empty());
    }
}
