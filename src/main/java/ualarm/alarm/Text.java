package ualarm.alarm;

/** Texts that come from outside, or from what went wrong: cleaned, so that they are safe to show wherever they go. */
public final class Text {

    /** Longest text kept, in Unicode code points. */
    public static final int LONGEST = 256;

    private Text() {}

    /**
     * Takes out control characters, bidirectional overrides and lone surrogates, trims, and cuts at {@link #LONGEST} code
     * points.
     *
     * @param text any text from outside
     * @return the text as it may be shown; empty when nothing is left
     */
    public static String clean(String text) {
        if (isPlain(text)) {
            return text;
        }
        var out = new StringBuilder(Math.min(text.length(), LONGEST));
        text.strip().codePoints().filter(Text::harmless).limit(LONGEST).forEach(out::appendCodePoint);
        return out.toString();
    }

    /**
     * @param failure what went wrong
     * @return what its deepest cause says; that one's type where it says nothing
     */
    public static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null
                ? root.getClass().getSimpleName()
                : root.getMessage().strip();
    }

    /** Most texts are short and plain ASCII: there is nothing to take out. */
    private static boolean isPlain(String text) {
        if (text.length() > LONGEST || text.startsWith(" ") || text.endsWith(" ")) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean harmless(int codePoint) {
        int type = Character.getType(codePoint);
        boolean bidiOverride = codePoint >= 0x202A && codePoint <= 0x202E || codePoint >= 0x2066 && codePoint <= 0x2069;
        boolean isNoCharacter = (codePoint & 0xFFFE) == 0xFFFE;
        return type != Character.CONTROL
                && !isNoCharacter
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && !bidiOverride;
    }
}
