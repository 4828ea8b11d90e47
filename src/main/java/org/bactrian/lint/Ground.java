package org.bactrian.lint;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;

/**
 * What route files stand on: the configuration, and what the application gives them.
 *
 * @param context built, not necessarily started; asked for keys, classes and resources only, nothing is added to it
 * @param beans whether there is a bean of that name, or will be once the application has started
 */
public record Ground(CamelContext context, Predicate<String> beans) {

    /**
     * With the values of the keys that it names.
     *
     * @param own values that come before the configuration's: a template's parameters
     * @throws IllegalArgumentException if a key has no value
     */
    String resolve(String text, Map<String, String> own) {
        if (!text.contains("{{")) {
            return text;
        }
        PropertiesComponent properties = context.getPropertiesComponent();
        Properties before = properties.getLocalProperties();
        var local = new Properties();
        if (before != null) {
            local.putAll(before);
        }
        local.putAll(own);
        properties.setLocalProperties(local);
        try {
            return context.getCamelContextExtension().resolvePropertyPlaceholders(text, true);
        } finally {
            properties.setLocalProperties(before);
        }
    }

    /** Of a bean that the configuration makes, {@code camel.beans.NAME = #class:…}; empty if it makes none of that name. */
    Optional<String> configuredType(String bean) {
        return context.getPropertiesComponent().resolveProperty("camel.beans." + bean);
    }

    /** The text itself if a key in it has no value. */
    String known(String text, Map<String, String> own) {
        try {
            return resolve(text, own);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** Whether an endpoint's scheme has a component. */
    boolean isScheme(String scheme) {
        return beans.test(scheme)
                || context.getClassResolver()
                                .loadResourceAsURL("META-INF/services/org/apache/camel/component/" + scheme)
                        != null;
    }
}
