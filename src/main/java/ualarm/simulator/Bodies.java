package ualarm.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.StringReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** A body as a tree: JSON as it is, XML by its elements' names without namespace, a form by its fields, anything else as a text. */
public final class Bodies {

    private Bodies() {}

    /**
     * @param type the Content-Type; decides only what is a form
     * @param bytes the body
     * @return the tree; missing when there is no body
     */
    public static JsonNode tree(String type, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String begin = text.stripLeading();
        if (begin.isEmpty()) {
            return MissingNode.getInstance();
        } else if (type.startsWith("application/x-www-form-urlencoded") && !begin.startsWith("{")) {
            return form(text);
        } else if (begin.startsWith("{") || begin.startsWith("[")) {
            return json(text).orElse(TextNode.valueOf(text));
        } else if (begin.startsWith("<")) {
            return xml(text).orElse(TextNode.valueOf(text));
        }
        return TextNode.valueOf(text);
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.of(Json.MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static JsonNode form(String text) {
        ObjectNode fields = Json.object();
        for (String each : text.split("&")) {
            String[] pair = each.split("=", 2);
            fields.put(decoded(pair[0]), pair.length > 1 ? decoded(pair[1]) : "");
        }
        return fields;
    }

    static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static Optional<JsonNode> xml(String text) {
        try {
            var factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setNamespaceAware(true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            Element root =
                    builder.parse(new InputSource(new StringReader(text))).getDocumentElement();
            return Optional.of(Json.object().set(root.getLocalName(), element(root)));
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        } catch (Exception e) {
            return Optional.empty();
        }
    }

    /** Elements of one name are a list when there are several. */
    private static JsonNode element(Element element) {
        ObjectNode members = Json.object();
        for (Node each = element.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each instanceof Element child) {
                String name = child.getLocalName();
                JsonNode before = members.get(name);
                if (before == null) {
                    members.set(name, element(child));
                } else if (before instanceof ArrayNode list) {
                    list.add(element(child));
                } else {
                    members.putArray(name).add(before).add(element(child));
                }
            }
        }
        return members.isEmpty() ? TextNode.valueOf(element.getTextContent()) : members;
    }
}
