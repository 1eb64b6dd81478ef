package ualarm.intake;

import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What a sender writes in XML, for adapters: {@code ${body[eventType]}} is the text of that element. */
public final class XmlText {

    /**
     * @param xml what was posted
     * @return what stands in the root element: of each element its text or what stands in it, by its name without namespace; of several
     *     of one name the first
     * @throws Refused when it is no XML; one with a document type is refused, too
     */
    public Map<String, Object> read(byte[] xml) {
        try {
            return elements(builder()
                    .parse(new ByteArrayInputStream(xml == null ? new byte[0] : xml))
                    .getDocumentElement());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new Refused(400, "not-xml", "The message is not XML. Post the alarm as XML.");
        }
    }

    private static DocumentBuilder builder() throws ParserConfigurationException {
        var factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setNamespaceAware(true);
        var builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder;
    }

    private static Map<String, Object> elements(Element parent) {
        var elements = new LinkedHashMap<String, Object>();
        for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each instanceof Element element) {
                Map<String, Object> inner = elements(element);
                elements.putIfAbsent(
                        element.getLocalName(),
                        inner.isEmpty() ? element.getTextContent().strip() : inner);
            }
        }
        return elements;
    }
}
