package org.bactrian.embedded;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final String HOST = "127.0.0.1";

    @Test
    void someoneListens_complaintNamesPortAndKey() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.requireFree(HOST, taken.getLocalPort(), "camel.server.port"))
                    .isInstanceOf(CannotStart.class)
                    .hasMessage(
                            "Port %d is in use; stop what listens there, or set camel.server.port (config/application.properties) to another one.",
                            taken.getLocalPort());
        }
    }

    @Test
    void someoneListensOnAllAddresses_complaint() throws IOException {
        try (var taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> Ports.requireFree(HOST, taken.getLocalPort(), "hawtio.port"))
                    .hasMessageContaining("is in use");
        }
    }

    @Test
    void nobodyListens_passes() {
        assertThatCode(() -> Ports.requireFree(HOST, Ports.free(), "hawtio.port"))
                .doesNotThrowAnyException();
        assertThatCode(() -> Ports.requireFree(HOST, 0, "hawtio.port")).doesNotThrowAnyException();
    }

    @Test
    void addressIsNotOfThisMachine_complaintSaysSo() {
        assertThatThrownBy(() -> Ports.requireFree("192.0.2.1", 8090, "hawtio.port"))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll("8090", "192.0.2.1", "hawtio.port");
    }

    @Test
    void noPort_complaintNamesTheRange() {
        assertThatThrownBy(() -> Ports.requireFree(HOST, 70_000, "hawtio.port"))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll("hawtio.port", "0 to 65535", "70000");
    }
}
