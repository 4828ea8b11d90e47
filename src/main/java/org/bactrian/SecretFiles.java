package org.bactrian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.bactrian.embedded.CannotStart;

/**
 * Secrets from files, as containers hand them in: {@code DATABASE_SAGA_PASSWORD_FILE=/run/secrets/saga} sets the key
 * {@code database.saga.password} to what the file says, without a line break at its end.
 */
final class SecretFiles {
    private static final String SUFFIX = "_FILE";
    private static final List<String> PREFIXES = List.of("DATABASE_", "KAFKA_", "CAMEL_", "OPERATOR_");

    private SecretFiles() {}

    /**
     * The keys set this way.
     *
     * @throws CannotStart if a file cannot be read, or its key is set directly, too
     */
    static Properties read(Map<String, String> environment) {
        var secrets = new Properties();
        environment.forEach((name, file) -> {
            if (name.endsWith(SUFFIX) && PREFIXES.stream().anyMatch(name::startsWith)) {
                String variable = name.substring(0, name.length() - SUFFIX.length());
                if (environment.containsKey(variable)) {
                    throw new CannotStart("%s and %s are both set; keep one".formatted(variable, name));
                }
                secrets.setProperty(variable.toLowerCase(Locale.ROOT).replace('_', '.'), content(name, file));
            }
        });
        return secrets;
    }

    private static String content(String name, String file) {
        try {
            return Files.readString(Path.of(file)).stripTrailing();
        } catch (IOException e) {
            throw new CannotStart("%s names %s, which cannot be read: %s".formatted(name, file, e), e);
        }
    }
}
