package org.bactrian;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bactrian.embedded.CannotStart;
import org.bactrian.embedded.KafkaBroker;
import org.bactrian.ops.Brokers;
import org.jspecify.annotations.Nullable;

/** Finds the Kafka that the application uses, from the same configuration but without starting anything. */
final class ConfiguredBrokers {
    private static final String KEY = "kafka.brokers";
    private static final String CAMEL = "camel.component.kafka.";
    /** Camel's names; Kafka's are the same with dots, but for those in {@link #RENAMED}. */
    private static final List<String> SECURITY = List.of(
            "securityProtocol",
            "saslMechanism",
            "saslJaasConfig",
            "saslKerberosServiceName",
            "sslTruststoreLocation",
            "sslTruststorePassword",
            "sslTruststoreType",
            "sslKeystoreLocation",
            "sslKeystorePassword",
            "sslKeystoreType",
            "sslKeyPassword",
            "sslEndpointAlgorithm",
            "sslEnabledProtocols",
            "sslProtocol",
            "sslProvider",
            "sslCipherSuites",
            "sslKeymanagerAlgorithm",
            "sslTrustmanagerAlgorithm");

    private static final Map<String, String> RENAMED =
            Map.of("sslEndpointAlgorithm", "ssl.endpoint.identification.algorithm");

    private ConfiguredBrokers() {}

    /**
     * At the address given, else at {@code kafka.brokers}, else where the embedded broker is. How to log in is always the
     * configuration's to say.
     *
     * @throws CannotStart if the configuration names no Kafka
     */
    static Brokers find(Path home, @Nullable String profile, Map<String, String> environment, Optional<String> given) {
        return UnstartedSettings.read(home, profile, environment, settings -> find(settings, given));
    }

    private static Brokers find(Settings settings, Optional<String> given) {
        Map<String, String> security = security(settings);
        if (given.isPresent()) {
            return new Brokers(given.get(), "--brokers", security);
        }
        return settings.find(KEY)
                .map(address -> new Brokers(address, KEY, security))
                .orElseGet(() -> embedded(settings, security));
    }

    private static Brokers embedded(Settings settings, Map<String, String> security) {
        boolean embedded = settings.flag("embedded.kafka");
        int port = settings.number(KafkaBroker.PORT_KEY, 0, 65_535);
        settings.check();
        if (!embedded || port == 0) {
            throw new CannotStart("%s is empty and %s; say --brokers HOST:PORT"
                    .formatted(KEY, embedded ? KafkaBroker.PORT_KEY + " is any free port" : "embedded.kafka is off"));
        }
        return new Brokers(KafkaBroker.HOST + ":" + port, KafkaBroker.PORT_KEY, security);
    }

    private static Map<String, String> security(Settings settings) {
        Map<String, String> found = new HashMap<>();
        for (String option : SECURITY) {
            String dashed = option.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            String dotted = dashed.replace('-', '.');
            // as people write it in files; as Camel makes it of an environment variable; as SecretFiles does
            Stream.of(option, dashed, dotted)
                    .flatMap(name -> settings.find(CAMEL + name).stream())
                    .findFirst()
                    .ifPresent(value -> found.put(RENAMED.getOrDefault(option, dotted), value));
        }
        return found;
    }
}
