package org.bactrian.fault;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** The same call over a connection of its own: what a network makes of one when it delivers it twice or late. */
record CopiedCall(HttpRequest request) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection", "content-length", "host", "transfer-encoding", "expect", "upgrade", "proxy-connection");

    /** The original can still be sent: its body is read here and put back. */
    static CopiedCall of(ClassicHttpRequest original, HttpHost host) throws IOException {
        byte[] body = new byte[0];
        var entity = original.getEntity();
        if (entity != null) {
            body = EntityUtils.toByteArray(entity);
            original.setEntity(new ByteArrayEntity(body, ContentType.parseLenient(entity.getContentType())));
        }
        var copy = HttpRequest.newBuilder(URI.create(host.toURI() + original.getPath()))
                .method(original.getMethod(), BodyPublishers.ofByteArray(body));
        for (Header header : original.getHeaders()) {
            if (!OF_THE_CONNECTION.contains(header.getName().toLowerCase(Locale.ROOT))) {
                copy.header(header.getName(), header.getValue());
            }
        }
        return new CopiedCall(copy.build());
    }

    CompletableFuture<HttpResponse<String>> send() {
        return CLIENT.sendAsync(request, BodyHandlers.ofString());
    }
}
