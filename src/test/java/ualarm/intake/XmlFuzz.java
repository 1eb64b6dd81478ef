package ualarm.intake;

/** What is posted to an adapter in XML: it is read, or it is refused. */
public final class XmlFuzz {

    private static final XmlText XML = new XmlText();

    private XmlFuzz() {}

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] posted) {
        try {
            XML.read(posted);
        } catch (Refused e) {
            // as it should be
        }
    }
}
