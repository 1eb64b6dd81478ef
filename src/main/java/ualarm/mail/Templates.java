package ualarm.mail;

import freemarker.cache.ClassTemplateLoader;
import freemarker.cache.FileTemplateLoader;
import freemarker.cache.MultiTemplateLoader;
import freemarker.cache.TemplateLoader;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import ualarm.alarm.Undelivered.Later;

/**
 * The mails' templates and words: those in the integrator's folder, file by file, else those packed in the jar. A template gets
 * alarms only as data, so nothing that a sender writes can be an instruction of the template language.
 */
public final class Templates {

    private final MultiTemplateLoader files;
    private final Map<String, String> words;

    /** Made for the first mail: it takes a while, which the start must not wait for. */
    private Configuration configuration;

    /**
     * @param folder the integrator's templates; need not exist
     * @param language of the words, for example {@code en}
     */
    public Templates(Path folder, String language) {
        var loaders = new ArrayList<TemplateLoader>();
        try {
            if (Files.isDirectory(folder)) {
                loaders.add(new FileTemplateLoader(folder.toFile()));
            }
            loaders.add(new ClassTemplateLoader(Templates.class, "/mail"));
            files = new MultiTemplateLoader(loaders.toArray(TemplateLoader[]::new));
            words = words(loaders, "words_" + language + ".properties");
        } catch (IOException e) {
            throw new UncheckedIOException("The mail templates cannot be read: " + e.getMessage(), e);
        }
    }

    private synchronized Template template(String name) throws IOException {
        if (configuration == null) {
            configuration = new Configuration(Configuration.VERSION_2_3_34);
            configuration.setTemplateLoader(files);
            configuration.setDefaultEncoding("UTF-8");
            configuration.setNumberFormat("computer");
            configuration.setLogTemplateExceptions(false);
            configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
            configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        }
        return configuration.getTemplate(name);
    }

    /** An integrator's file need not have every word: those that it lacks are the packed file's. */
    private static Map<String, String> words(List<TemplateLoader> loaders, String file) throws IOException {
        var found = new HashMap<String, String>();
        for (int i = loaders.size() - 1; i >= 0; i--) {
            Object source = loaders.get(i).findTemplateSource(file);
            if (source != null) {
                try (Reader in = loaders.get(i).getReader(source, "UTF-8")) {
                    var properties = new Properties();
                    properties.load(in);
                    properties.forEach((key, text) -> found.put(String.valueOf(key), String.valueOf(text)));
                }
            }
        }
        return Map.copyOf(found);
    }

    /** @return the words in the mails' language: key to text */
    public Map<String, String> words() {
        return words;
    }

    /**
     * @param key a word's key
     * @param values what takes the place of {@code {0}} and so on
     * @return the text; the key itself when there is none
     */
    String word(String key, Object... values) {
        String text = words.getOrDefault(key, key);
        for (int i = 0; i < values.length; i++) {
            text = text.replace("{" + i + "}", String.valueOf(values[i]));
        }
        return text;
    }

    /**
     * Fills in a template.
     *
     * @param name the template's file name
     * @param model what it may show
     * @return the text
     * @throws Later when the template has a fault: the integrator can mend it, and the mail then goes out
     */
    String render(String name, Map<String, Object> model) {
        var out = new StringWriter(2048);
        try {
            template(name).process(model, out);
        } catch (IOException | TemplateException e) {
            throw new Later("The mail template " + name + " has a fault: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + " Mend mail/" + name + ".");
        }
        return out.toString();
    }
}
