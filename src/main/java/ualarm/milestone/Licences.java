package ualarm.milestone;

import java.util.List;
import java.util.Optional;
import ualarm.site.Edition;

/**
 * The licences of a site (milestone-api.md 3.3).
 *
 * @param array each of them; nothing when the answer is no list
 */
public record Licences(Optional<List<Licence>> array) {

    /**
     * @param displayName for example {@code XProtect Corporate 2025 R1}
     * @param sku the product's code
     */
    public record Licence(Optional<String> displayName, Optional<String> sku) {}

    /** @return the edition that one of them names */
    public Optional<Edition> edition() {
        return array.orElse(List.of()).stream()
                .flatMap(licence -> Edition.in(
                        licence.displayName().orElse(""), licence.sku().orElse(""))
                        .stream())
                .findFirst();
    }
}
