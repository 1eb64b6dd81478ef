package ualarm.intake;

import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What a sender writes in XML, for adapters: {@code ${body[eventType]}} is the text of that element. It is read as a stream: a tree of
 * millions of empty elements would fill the memory.
 */
public final class XmlText {

    /** Devices go some five deep. */
    private static final int DEEPEST = 64;

    private static final int MOST_ELEMENTS = 10_000;

    /**
     * @param xml what was posted
     * @return what stands in the root element: of each element its text or what stands in it, by its name without namespace; of several
     *     of one name the first
     * @throws Refused when it is no XML; one with a document type is refused, too, and one that is too deep or has too many elements
     */
    public Map<String, Object> read(byte[] xml) {
        try {
            return new Reading(
                            factory().createXMLStreamReader(new ByteArrayInputStream(xml == null ? new byte[0] : xml)))
                    .root();
        } catch (Refused e) {
            throw e;
        } catch (XMLStreamException | RuntimeException e) {
            // Java's reader does not have words for all that it stumbles over, and fails for want of them.
            throw new Refused(400, "not-xml", "The message is not XML. Post the alarm as XML.");
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    /** One message being read. */
    private static final class Reading {

        private final XMLStreamReader from;
        private int elements;

        Reading(XMLStreamReader from) {
            this.from = from;
        }

        Map<String, Object> root() throws XMLStreamException {
            while (from.next() != XMLStreamConstants.START_ELEMENT) {
                if (from.getEventType() == XMLStreamConstants.DTD) {
                    throw new XMLStreamException("It has a document type.");
                }
            }
            var found = new LinkedHashMap<String, Object>();
            read(found, 1);
            while (from.hasNext()) {
                from.next();
            }
            return found;
        }

        /** Reads the element that has begun: what stands in it goes into the map, its text is returned. */
        private String read(Map<String, Object> inside, int depth) throws XMLStreamException {
            if (depth > DEEPEST || ++elements > MOST_ELEMENTS) {
                throw new Refused(
                        400,
                        "too-deep",
                        "The XML goes deeper than " + DEEPEST + " levels or has more than " + MOST_ELEMENTS
                                + " elements.");
            }
            var text = new StringBuilder();
            while (from.next() != XMLStreamConstants.END_ELEMENT) {
                if (from.isStartElement()) {
                    String name = from.getLocalName();
                    var deeper = new LinkedHashMap<String, Object>();
                    String own = read(deeper, depth + 1);
                    inside.putIfAbsent(name, deeper.isEmpty() ? own : deeper);
                } else if (from.isCharacters()) {
                    text.append(from.getText());
                }
            }
            return text.toString().strip();
        }
    }
}
