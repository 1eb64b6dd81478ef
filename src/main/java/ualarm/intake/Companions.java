package ualarm.intake;

/** The other connectors on the same journal. */
public interface Companions {

    /** There are none. */
    Companions NONE = new Companions() {
        @Override
        public boolean areLed() {
            return true;
        }

        @Override
        public void heard(String site) {}
    };

    /** @return whether this connector does what one of them is to do */
    boolean areLed();

    /**
     * Tells them that a site's U-Alarm was heard.
     *
     * @param site the site's name
     */
    void heard(String site);
}
