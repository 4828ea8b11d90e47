package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.bactrian.saga.RetryPause;
import org.bactrian.saga.SagaId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SagaSettingsTest {
    private static final RetryPause PAUSE = new RetryPause(Duration.ofMillis(1), Duration.ofMillis(1), 1);
    private static final String ID = "0197a1b2-c3d4-7000-8000-000000000001";

    private final SagaSettings settings = settings("http://localhost:8080", 1);

    @Test
    void ownId_isReadBack() {
        SagaId id = SagaId.of(ID);

        assertThat(settings.lraId(id)).isEqualTo("http://localhost:8080/lra-coordinator/" + ID);
        assertThat(settings.sagaId(settings.lraId(id))).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ID,
                "http://evil/lra-coordinator/" + ID,
                "http://localhost:8080.evil/lra-coordinator/" + ID,
                "http://localhost:8080@evil/lra-coordinator/" + ID,
                "http://localhost:8080/lra-coordinator/",
                "http://localhost:8080/lra-coordinator/" + ID + "?x=y",
                "http://localhost:8080/lra-coordinator/../" + ID
            })
    void anythingElse_isRefused(String lraId) {
        assertThatThrownBy(() -> settings.sagaId(lraId)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wrongValues_areRefused() {
        assertThatThrownBy(() -> settings("http://localhost:8080/", 1)).hasMessageContaining("public.url");
        assertThatThrownBy(() -> settings("http://localhost:8080", 0)).hasMessageContaining("saga.threads");
    }

    private static SagaSettings settings(String publicUrl, int poolSize) {
        return new SagaSettings(publicUrl, Duration.ofSeconds(1), PAUSE, Set.of(), poolSize, new SagaLimits(1, 1, 1));
    }
}
