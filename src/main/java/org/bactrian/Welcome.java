package org.bactrian;

import org.bactrian.embedded.HawtioServer;
import org.jspecify.annotations.Nullable;

/** The block that is printed when orders can be taken. */
final class Welcome {
    private static final String TEXT = """

            Bactrian is ready.
              orders   %1$s/api/orders          sagas   %1$s/api/sagas
              health   http://%2$s:%3$s/observe/health    Kafka   %4$s
              Hawtio   %5$s

            Try:
              curl -s -H 'Content-Type: application/json' -H 'Prefer: wait=10' %1$s/api/orders -d '{"orderId": "o-'$(date +%%s%%N)'", "customerId": 1, "currency": "EUR", "items": [{"sku": "A-1", "quantity": 2, "unitPrice": 2499}], "payment": {"cardToken": "tok-1"}, "shipTo": {"country": "DE"}}'
              curl -s -H 'Content-Type: application/json' -H 'Prefer: wait=10' %1$s/api/orders -d '{"orderId": "o-'$(date +%%s%%N)'", "customerId": 1, "currency": "EUR", "items": [{"sku": "A-1", "quantity": 2, "unitPrice": 2499}], "payment": {"cardToken": "tok-9999"}, "shipTo": {"country": "DE"}}'
              curl -s '%1$s/api/sagas?limit=5'
            """;

    private Welcome() {}

    /** @param hawtio null if it does not run */
    static String text(Settings settings, @Nullable HawtioServer hawtio) {
        return TEXT.formatted(
                settings.text("public.url"),
                settings.text("camel.management.host"),
                settings.text("camel.management.port"),
                settings.text("kafka.brokers"),
                hawtio == null ? "off" : hawtio(settings, hawtio));
    }

    private static String hawtio(Settings settings, HawtioServer hawtio) {
        String login = hawtio.generatedPassword()
                .map(password -> "user admin, password %s (shown only now)".formatted(password))
                .orElse("user admin, the password that was shown at the first start");
        return "http://%s:%d/hawtio/   %s".formatted(settings.text("hawtio.host"), hawtio.port(), login);
    }
}
