package org.bactrian.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.bactrian.camel.AwaitEndpoint;
import org.bactrian.camel.PipelineEndpoint;
import org.bactrian.camel.SignalEndpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/components.md names every option that there is, and each endpoint is told to Camel as a component. */
class ComponentDocsTest {

    @ParameterizedTest
    @ValueSource(classes = {PipelineEndpoint.class, AwaitEndpoint.class, SignalEndpoint.class})
    void everyOption_isDocumentedAndDescribed(Class<?> endpoint) throws IOException {
        String scheme = endpoint.getAnnotation(UriEndpoint.class).scheme();
        String docs = Files.readString(Path.of("docs/components.md"));
        String section = docs.split("## " + scheme + "\n", 2)[1].split("\n## ", 2)[0];

        assertThat(Arrays.stream(endpoint.getDeclaredFields())
                        .filter(field ->
                                field.isAnnotationPresent(UriParam.class) || field.isAnnotationPresent(UriPath.class))
                        .map(Field::getName))
                .isNotEmpty()
                .allSatisfy(option -> assertThat(section).contains("| `" + option + "` |"));
        assertThat(getClass().getResource("/META-INF/services/org/apache/camel/component/" + scheme))
                .isNotNull();
    }
}
