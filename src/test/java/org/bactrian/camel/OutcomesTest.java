package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomesTest {
    @ParameterizedTest
    @ValueSource(ints = {409, 422})
    void businessNo_isRefused(int status) {
        assertThat(http(status, "{\"detail\": \"card declined\"}"))
                .isEqualTo(new Failure(Kind.REFUSED, "card declined"));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 501, 502, 503, 504, 599})
    void noAnswer_isUnknown(int status) {
        assertThat(http(status, "{\"title\": \"busy\"}"))
                .isEqualTo(new Failure(Kind.UNKNOWN, "HTTP %d from http://payment/x: busy".formatted(status)));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 410, 413, 415, 301})
    void anythingElse_isOurFault(int status) {
        assertThat(http(status, null))
                .isEqualTo(new Failure(Kind.FAULT, "HTTP %d from http://payment/x".formatted(status)));
    }

    @Test
    void refusedThrown_isRefusedHoweverWrapped() {
        var refused = new Refused("no stock");
        var exchange = new DefaultExchange(new DefaultCamelContext());

        assertThat(Outcomes.failure(new CompletionException(new CamelExecutionException("x", exchange, refused))))
                .isEqualTo(new Failure(Kind.REFUSED, "no stock"));
    }

    @Test
    void lostConnection_isUnknown() {
        assertThat(Outcomes.failure(new ConnectException("connection refused")))
                .isEqualTo(new Failure(Kind.UNKNOWN, "connection refused"));
        assertThat(Outcomes.failure(new TimeoutException("no signal")).kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(Outcomes.failure(new ExecutionException(new NotLeaderOrFollowerException("elsewhere")))
                        .kind())
                .isEqualTo(Kind.UNKNOWN);
        assertThat(Outcomes.failure(new IOException()).reason()).isEqualTo("IOException");
    }

    @Test
    void answerThatIsNotJson_isAFaultAndNotALostConnection() {
        Throwable thrown = catchThrowable(() -> new ObjectMapper().readTree("{"));

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(Outcomes.failure(thrown).kind()).isEqualTo(Kind.FAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "429, Retry-After, 7, 7",
        "503, retry-after, 0, 0",
        "503, Retry-After, 999999999, 999999999",
        "500, Retry-After, 7, 0",
        "503, Retry-After, '', 0",
        "503, Retry-After, -1, 0",
        "503, Retry-After, 9999999999, 0",
        "503, Retry-After, 'Wed, 21 Oct 2026 07:28:00 GMT', 0",
        "503, Date, 7, 0"
    })
    void pauseThatTheParticipantAsksFor(int status, String header, String value, long seconds) {
        var busy = new HttpOperationFailedException("http://a", status, "busy", null, Map.of(header, value), null);

        assertThat(Outcomes.retryAfter(new CompletionException(busy))).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void noPauseAskedFor_isZero() {
        assertThat(Outcomes.retryAfter(new HttpOperationFailedException("http://a", 503, "busy", null, null, null)))
                .isZero();
        assertThat(Outcomes.retryAfter(new IOException("away"))).isZero();
    }

    @Test
    void otherException_isAFaultWithItsMessageOrItsName() {
        assertThat(Outcomes.failure(new IllegalStateException("broken"))).isEqualTo(new Failure(Kind.FAULT, "broken"));
        assertThat(Outcomes.failure(new NullPointerException()))
                .isEqualTo(new Failure(Kind.FAULT, "NullPointerException"));
        assertThat(Outcomes.failure(new CompletionException(null)).reason()).isEqualTo("CompletionException");
    }

    @Test
    void reason_isTheFirstOfThreeMembersThatIsText() {
        assertThat(reason("{\"title\":\"t\",\"detail\":\"d\",\"reason\":\"r\"}"))
                .isEqualTo("r");
        assertThat(reason("{\"title\":\"t\",\"detail\":\"d\",\"reason\":7}")).isEqualTo("d");
        assertThat(reason("{\"title\":\"t\"}")).isEqualTo("t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "7", "null", "no json", "{\"reason\": {\"a\": 1}}", "{\"reason\": \"cut o"})
    void noReason_fallsBack(String body) {
        assertThat(reason(body)).isEqualTo("fallback");
    }

    @Test
    void noBody_fallsBack() {
        assertThat(Outcomes.reasonIn(null, "fallback")).isEqualTo("fallback");
    }

    private static String reason(String body) {
        return Outcomes.reasonIn(body.getBytes(UTF_8), "fallback");
    }

    private static Failure http(int status, @Nullable String body) {
        return Outcomes.failure(
                new HttpOperationFailedException("http://payment/x", status, "status", null, Map.of(), body));
    }
}
