package org.bactrian.bench;

import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.saga.CamelSagaService;
import org.apache.camel.support.PluginHelper;
import org.bactrian.camel.StageResults;
import org.bactrian.saga.Refused;

/** The work as Camel routes, bench/work.camel.yaml, with the Saga EIP on the service that its context has. */
final class CamelSagas implements AutoCloseable {
    static final String ORDER_ID = "orderId";

    /** Where a route is entered without being recorded. */
    static final String DIRECT = "direct:work";

    private static final String ROUTES = "classpath:bench/work.camel.yaml";
    private static final String ORDER =
            "{\"orderId\":%d,\"customer\":456,\"items\":[{\"sku\":\"A-1\",\"quantity\":1}]}";

    private final CamelContext context;
    private final ProducerTemplate template;
    private final Endpoint entry;

    private CamelSagas(CamelContext context, String entry) {
        this.context = context;
        this.template = context.createProducerTemplate();
        this.entry = context.getEndpoint(entry);
    }

    static DefaultCamelContext context() {
        var context = new DefaultCamelContext();
        context.disableJMX();
        return context;
    }

    /**
     * Starts the context with the routes.
     *
     * @param from what the pipeline consumes from
     * @param to where its clients send to
     * @param threads how many branches run at once
     */
    static CamelSagas start(
            CamelContext context, CamelSagaService service, DataSource database, int threads, String from, String to)
            throws Exception {
        context.addService(service);
        for (String name : Participant.NAMES) {
            var participant = new Participant(name, database);
            context.getRegistry()
                    .bind(name + "Act", Processor.class, (Processor) exchange -> participant.act(order(exchange)));
            context.getRegistry()
                    .bind(name + "Undo", Processor.class, (Processor) exchange -> participant.undo(order(exchange)));
        }
        context.getRegistry().bind("stageResults", new StageResults());
        context.getRegistry()
                .bind("stages", context.getExecutorServiceManager().newFixedThreadPool(context, "stages", threads));
        context.getPropertiesComponent().addInitialProperty("bench.entry", from);
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(List.of(PluginHelper.getResourceLoader(context).resolveResource(ROUTES)));
        context.start();
        return new CamelSagas(context, to);
    }

    /** Sends one order and returns its exchange when that has ended; a refusal is no failure. */
    Exchange send(long order) throws Exception {
        Exchange exchange = entry.createExchange(ExchangePattern.InOut);
        Message message = exchange.getMessage();
        message.setBody(ORDER.formatted(order));
        message.setHeader(ORDER_ID, Long.toString(order));
        template.send(entry, exchange);
        Exception error = exchange.getException();
        if (error != null && !(error instanceof Refused)) {
            throw error;
        }
        return exchange;
    }

    private static long order(Exchange exchange) {
        return Long.parseLong(exchange.getMessage().getHeader(ORDER_ID, String.class));
    }

    @Override
    public void close() {
        context.stop();
    }
}
