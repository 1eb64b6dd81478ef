package ualarm.routes;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.snakeyaml.engine.v2.nodes.Node;

/** The beans that routes name: those of the connector, and those that files declare. */
final class Beans {

    /** What can be called of any bean. */
    private static final Set<String> OF_EVERY = Set.of("toString", "hashCode", "getClass", "equals");

    private final CamelContext camel;
    private final Faults faults;
    private final Map<String, Optional<Class<?>>> declared = new HashMap<>();
    private final Set<String> uncertain = new HashSet<>();

    Beans(CamelContext camel, Faults faults) {
        this.camel = camel;
        this.faults = faults;
    }

    /**
     * @param name a bean that a file declares
     * @param type its class; nothing when that is not known
     */
    void declare(String name, Optional<String> type) {
        declared.put(
                name,
                type.map(each -> each.replaceFirst("^#class:", "").replaceFirst("\\(.*", ""))
                        .flatMap(this::resolve));
    }

    /** @param names of what may be beans, in files that cannot be read */
    void mayDeclare(Collection<String> names) {
        uncertain.addAll(names);
    }

    /** @return the class of that name; nothing when there is none */
    Optional<Class<?>> resolve(String name) {
        return Optional.ofNullable(camel.getClassResolver().resolveClass(name));
    }

    private Optional<Optional<Class<?>>> find(String name) {
        if (declared.containsKey(name)) {
            return Optional.of(declared.get(name));
        }
        Object bean = camel.getRegistry().lookupByName(name);
        if (bean != null) {
            Class<?> type = bean instanceof Class<?> itself ? itself : bean.getClass();
            // A plain object stands for one whose class is not known here.
            return Optional.of(Optional.<Class<?>>of(type).filter(each -> each != Object.class));
        }
        // As Camel does, at last.
        Optional<Class<?>> type = resolve(name);
        return type.isPresent() || uncertain.contains(name) ? Optional.of(type) : Optional.empty();
    }

    /**
     * @param element where the bean is named
     * @param node the very place
     * @param name the bean
     */
    void check(Element element, Node node, String name) {
        if (find(name).isEmpty()) {
            unknown(element, node, name);
        }
    }

    /** @return whether there is such a bean, and its class has the method where that is known */
    boolean has(String name, String method) {
        return find(name)
                .filter(bean -> method == null || bean.isEmpty() || isMethod(methods(bean.get()), method))
                .isPresent();
    }

    private static boolean isMethod(Set<String> methods, String called) {
        return methods.contains(called) || OF_EVERY.contains(called);
    }

    /**
     * @param element where the bean is called
     * @param node where it is named
     * @param name the bean
     * @param methodNode where its method is named
     * @param method the method, with arguments perhaps
     */
    void check(Element element, Node node, String name, Node methodNode, String method) {
        Optional<Optional<Class<?>>> bean = find(name);
        if (bean.isEmpty()) {
            unknown(element, node, name);
        } else {
            bean.get().ifPresent(type -> checkMethod(element, methodNode, "the bean " + name, type, method));
        }
    }

    /** @param type the class that should have the method */
    void checkMethod(Element element, Node node, String whose, Class<?> type, String method) {
        String called = method.strip().replaceFirst("(?s)[(\\[.?{].*", "").strip();
        Set<String> methods = methods(type);
        if (!called.isEmpty() && !called.contains("$") && !isMethod(methods, called)) {
            faults.add(
                    element,
                    node,
                    whose + " has no method " + called,
                    Spelling.nearest(called, methods)
                            .map(near -> "Write " + near + ".")
                            .orElse("It has " + some(methods) + "."));
        }
    }

    private static Set<String> methods(Class<?> type) {
        var names = new TreeSet<String>();
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            Arrays.stream(each.getDeclaredMethods())
                    .filter(method -> !method.isSynthetic())
                    .map(Method::getName)
                    .forEach(names::add);
        }
        Arrays.stream(type.getMethods()).map(Method::getName).forEach(names::add);
        Arrays.stream(Object.class.getMethods()).map(Method::getName).forEach(names::remove);
        return names;
    }

    private void unknown(Element element, Node node, String name) {
        var names = new TreeSet<>(declared.keySet());
        names.addAll(camel.getRegistry().findByTypeWithName(Object.class).keySet());
        faults.add(
                element,
                node,
                "there is no bean " + name,
                Spelling.nearest(name, names)
                        .map(near -> "Write " + near + ".")
                        .orElse("Declare it below - beans:, or name one that there is."));
    }

    private static String some(Collection<String> names) {
        return String.join(", ", names.stream().limit(12).toList());
    }

    /**
     * Checks a value that begins with {@code #}.
     *
     * @param element where it stands
     * @param node the very place
     * @param value the value
     */
    void checkReference(Element element, Node node, String value) {
        String name = value.substring(1).strip();
        if (name.startsWith("class:")) {
            checkClass(element, node, name.substring(6).replaceFirst("[(#].*", ""));
        } else if (name.startsWith("type:")) {
            checkClass(element, node, name.substring(5));
        } else if (name.startsWith("bean:")) {
            check(element, node, name.substring(5));
        } else if (name.matches("[\\w.-]+")) {
            check(element, node, name);
        }
    }

    /**
     * @param element where the class is named
     * @param node the very place
     * @param name the class
     */
    void checkClass(Element element, Node node, String name) {
        if (resolve(name.strip()).isEmpty()) {
            faults.add(
                    element,
                    node,
                    "there is no class " + name.strip(),
                    "Write its name with the package, or put its jar into lib/.");
        }
    }
}
