package ualarm.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What may stand at a place: members, a list, or a text.
 *
 * @param name the plain name of the class of Camel's model that is made of it; empty when there is none
 * @param type {@code boolean}, {@code number}, {@code string} and so on
 * @param choices the only values; empty when any will do
 * @param members the schema of each member
 * @param isFree whether it may have any members
 * @param isText whether a text may stand for it
 * @param items the schema of its items; null when it is no list
 * @param required the members that must be there
 * @param isSingle whether it has one member only
 * @param read makes a shape of a schema
 */
record Shape(
        String name,
        String type,
        Set<String> choices,
        Map<String, JsonNode> members,
        boolean isFree,
        boolean isText,
        JsonNode items,
        Set<String> required,
        boolean isSingle,
        Function<JsonNode, Shape> read) {

    /** What a text alone stands for. */
    private static final Map<String, String> BY_TEXT = Map.ofEntries(
            Map.entry("BeanDefinition", "ref"),
            Map.entry("ConvertBodyDefinition", "type"),
            Map.entry("CustomDataFormat", "ref"),
            Map.entry("CustomLoadBalancerDefinition", "ref"),
            Map.entry("InterceptFromDefinition", "uri"),
            Map.entry("InterceptSendToEndpointDefinition", "uri"),
            Map.entry("KameletDefinition", "name"),
            Map.entry("LogDefinition", "message"),
            Map.entry("PollDefinition", "uri"),
            Map.entry("RefErrorHandlerDefinition", "ref"),
            Map.entry("RemoveHeaderDefinition", "name"),
            Map.entry("RemoveHeadersDefinition", "pattern"),
            Map.entry("RemovePropertiesDefinition", "pattern"),
            Map.entry("RemovePropertyDefinition", "name"),
            Map.entry("RemoveVariableDefinition", "name"),
            Map.entry("SagaActionUriDefinition", "uri"),
            Map.entry("SetExchangePatternDefinition", "pattern"),
            Map.entry("ToDefinition", "uri"),
            Map.entry("ToDynamicDefinition", "uri"));

    /** @return the shape of a member; nothing when there is no such member */
    Optional<Shape> member(String member) {
        return Optional.ofNullable(members.get(member)).map(read);
    }

    /** @return the shape of its items; nothing when it is no list */
    Optional<Shape> item() {
        return Optional.ofNullable(items).map(read);
    }

    /** @return the member that a text alone stands for; empty when none is known */
    String byText() {
        return isLanguage() ? "expression" : BY_TEXT.getOrDefault(name, "");
    }

    boolean isLanguage() {
        return name.endsWith("Expression") && !members.isEmpty();
    }

    boolean isDataFormat() {
        return name.endsWith("DataFormat");
    }

    boolean isStep() {
        return name.equals("ProcessorDefinition");
    }
}
