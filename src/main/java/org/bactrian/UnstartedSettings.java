package org.bactrian;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.bactrian.embedded.CannotStart;
import org.jspecify.annotations.Nullable;

/** Reads what the application would be started with, without starting anything. */
final class UnstartedSettings {
    private UnstartedSettings() {}

    /** @throws CannotStart if the configuration cannot be read or has a fault that the reader noted */
    static <T> T read(
            Path home, @Nullable String profile, Map<String, String> environment, Function<Settings, T> reader) {
        Properties overrides = SecretFiles.read(environment);
        try (var context = new DefaultCamelContext(false)) {
            PropertiesComponent properties = context.getPropertiesComponent();
            properties.setLocation(Application.locations(home, profile));
            properties.setOverrideProperties(overrides);
            context.build();
            var asked = new Properties();
            asked.setProperty(Bactrian.HOME, home.toString());
            properties.setLocalProperties(asked); // else the start script's, a system property, would win
            var settings = new Settings(context, home);
            T read = reader.apply(settings);
            settings.check();
            return read;
        } catch (IOException e) {
            throw new CannotStart("the configuration cannot be read: " + e.getMessage(), e);
        }
    }
}
