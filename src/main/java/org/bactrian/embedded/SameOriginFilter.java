package org.bactrian.embedded;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a page of another origin makes a browser send: Origin, else Referer, must name the host and port that
 * were asked. A fixed list of origins could not know under which name this server is reached.
 */
final class SameOriginFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var origin = request.getHeader("Origin");
        var source = origin == null ? request.getHeader("Referer") : origin;
        if (source == null || isAuthority(request.getHeader("Host"), source)) {
            chain.doFilter(request, response);
        } else {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
        }
    }

    private static boolean isAuthority(@Nullable String host, String source) {
        try {
            return host != null && host.equalsIgnoreCase(URI.create(source).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
