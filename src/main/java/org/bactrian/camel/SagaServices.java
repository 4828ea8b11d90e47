package org.bactrian.camel;

import org.apache.camel.Endpoint;
import org.apache.camel.Expression;

/** What the endpoints look up in their context. */
final class SagaServices {
    private SagaServices() {}

    /** @throws IllegalStateException if the context has no durable saga service */
    static DurableSagaService of(Endpoint endpoint) {
        DurableSagaService service = endpoint.getCamelContext().hasService(DurableSagaService.class);
        if (service == null) {
            throw new IllegalStateException("%s needs the durable saga service; add it to the Camel context"
                    .formatted(endpoint.getEndpointUri()));
        }
        return service;
    }

    /** A Simple expression that the component evaluates itself, as no EIP does it for a URI. */
    static Expression simple(Endpoint endpoint, String text) {
        Expression expression =
                endpoint.getCamelContext().resolveLanguage("simple").createExpression(text);
        expression.init(endpoint.getCamelContext());
        return expression;
    }
}
