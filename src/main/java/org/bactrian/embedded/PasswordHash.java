package org.bactrian.embedded;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password that can be checked but not read. Compared by content, in constant time.
 *
 * @param iterations of PBKDF2WithHmacSHA256, 210,000 to 10,000,000
 * @param salt base64, 16 bytes or more
 * @param hash base64, 32 bytes
 */
record PasswordHash(int iterations, String salt, String hash) {
    /** What OWASP's password storage cheat sheet asks of PBKDF2 with SHA-256. */
    private static final int ITERATIONS = 600_000;

    private static final int MIN_ITERATIONS = 210_000;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    PasswordHash {
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException(
                    "must have %d to %d iterations; has %d".formatted(MIN_ITERATIONS, MAX_ITERATIONS, iterations));
        }
        if (decode(salt).length < SALT_BYTES || decode(hash).length != HASH_BYTES) {
            throw new IllegalArgumentException(
                    "must have a salt of at least %d bytes and a hash of %d".formatted(SALT_BYTES, HASH_BYTES));
        }
    }

    static PasswordHash of(char[] password) {
        var salt = random(SALT_BYTES);
        return new PasswordHash(ITERATIONS, encode(salt), encode(derive(password, salt, ITERATIONS)));
    }

    /** Costs as much to compare as any, and nobody knows a password for it. */
    static PasswordHash ofNobody() {
        return new PasswordHash(ITERATIONS, encode(random(SALT_BYTES)), encode(random(HASH_BYTES)));
    }

    /** @throws IllegalArgumentException saying what the text, {@code iterations:salt:hash}, lacks */
    static PasswordHash parse(String text) {
        var parts = text.split(":", -1);
        if (parts.length != 3 || !parts[0].matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("must end with iterations:salt:hash");
        }
        return new PasswordHash(Integer.parseInt(parts[0]), parts[1], parts[2]);
    }

    boolean matches(char[] password) {
        return MessageDigest.isEqual(decode(hash), derive(password, decode(salt), iterations));
    }

    String text() {
        return iterations + ":" + salt + ":" + hash;
    }

    private static byte[] derive(char[] password, byte[] salt, int iterations) {
        var spec = new PBEKeySpec(password, salt, iterations, HASH_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK must have PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
