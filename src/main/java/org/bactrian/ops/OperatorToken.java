package org.bactrian.ops;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/** Lets only those through who know the operators' token; nobody, if there is none. */
public final class OperatorToken {
    private static final String SCHEME = "bearer ";

    private final Optional<String> token;

    /** @param token empty if none is configured */
    public OperatorToken(Optional<String> token) {
        this.token = token;
    }

    /**
     * Compares in the same time whatever was sent.
     *
     * @param authorization of the request: {@code Bearer TOKEN}; null if it has none
     * @throws NotAnOperator with what is missing
     */
    @Handler
    public void require(@Header("Authorization") @Nullable String authorization) {
        if (token.isEmpty()) {
            throw new NotAnOperator(
                    "this router has no operator's token, so nobody is one; start it with OPERATOR_TOKEN_FILE set");
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new NotAnOperator("only operators may do this: send the header Authorization: Bearer TOKEN");
        }
        byte[] said = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(said, token.get().getBytes(StandardCharsets.UTF_8))) {
            throw new NotAnOperator("the token is not the operators'");
        }
    }
}
