package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.bactrian.ops.Brokers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredBrokersTest {
    @TempDir
    Path home;

    @Test
    void shippedConfiguration_isTheEmbeddedBroker() {
        assertThat(ConfiguredBrokers.find(Path.of("").toAbsolutePath(), null, Map.of(), Optional.empty()))
                .isEqualTo(new Brokers("127.0.0.1:19092", "embedded.kafka.port", Map.of()));
    }

    @Test
    void addressInTheProfile_winsOverTheFileAndLosesToASystemProperty() throws IOException {
        file("application.properties", "kafka.brokers = base:1\n");
        file("application-x.properties", "kafka.brokers = {{name}}:2\nname = profile\n");

        assertThat(find(null).address()).isEqualTo("base:1");
        assertThat(find("x")).isEqualTo(new Brokers("profile:2", "kafka.brokers", Map.of()));
        System.setProperty("kafka.brokers", "system:3");
        try {
            assertThat(find("x").address()).isEqualTo("system:3");
        } finally {
            System.clearProperty("kafka.brokers");
        }
    }

    @Test
    void addressGiven_winsAndLogsInAsConfigured() throws IOException {
        Path secret = Files.writeString(home.resolve("secret"), "jaas\n");
        file("application.properties", """
                kafka.brokers = base:1
                camel.component.kafka.securityProtocol = SASL_SSL
                camel.component.kafka.sasl-mechanism = PLAIN
                camel.component.kafka.sslTruststoreLocation = {{bactrian.home}}/trust.jks
                camel.component.kafka.sslEndpointAlgorithm = none
                """);

        assertThat(ConfiguredBrokers.find(
                        home,
                        null,
                        Map.of("CAMEL_COMPONENT_KAFKA_SASL_JAAS_CONFIG_FILE", secret.toString()),
                        Optional.of("given:9")))
                .isEqualTo(new Brokers(
                        "given:9",
                        "--brokers",
                        Map.of(
                                "security.protocol", "SASL_SSL",
                                "sasl.mechanism", "PLAIN",
                                "sasl.jaas.config", "jaas",
                                "ssl.truststore.location", home + "/trust.jks",
                                "ssl.endpoint.identification.algorithm", "none")));
    }

    @Test
    void noAddressToFind_saysWhyAndWhatToDo() throws IOException {
        file("application.properties", "kafka.brokers =\nembedded.kafka = true\nembedded.kafka.port = 0\n");
        assertThatThrownBy(() -> find(null))
                .hasMessage("kafka.brokers is empty and embedded.kafka.port is any free port; say --brokers HOST:PORT");

        file("application.properties", "embedded.kafka = false\nembedded.kafka.port = 1\n");
        assertThatThrownBy(() -> find(null))
                .hasMessage("kafka.brokers is empty and embedded.kafka is off; say --brokers HOST:PORT");
    }

    private Brokers find(@Nullable String profile) {
        return ConfiguredBrokers.find(home, profile, Map.of(), Optional.empty());
    }

    private void file(String name, String text) throws IOException {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config").resolve(name), text);
    }
}
