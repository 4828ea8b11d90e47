package org.bactrian.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who may log in to Hawtio: a file with one user a line, {@code name:role:} and a {@link PasswordHash}. Every attempt
 * costs one hash, also for a name that is not there, so that time does not tell which names are.
 */
final class HawtioUsers {
    private static final String FIRST_USER = "admin";
    private static final String HEADER = """
            # Who may log in to Hawtio, one user a line: name:role:iterations:salt:hash (PBKDF2WithHmacSHA256, base64).
            # The only role is admin. Delete this file and start again for a new password of the user admin.
            """;

    /** Without the characters that are mistaken for each other. */
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int GENERATED_LENGTH = 20;

    /** Whom an unknown name is compared with. */
    private final User nobody;

    private final Map<String, User> users;
    private final Optional<String> generatedPassword;

    private HawtioUsers(Map<String, User> users, Optional<String> generatedPassword) {
        this.users = users;
        this.generatedPassword = generatedPassword;
        this.nobody = new User("nobody", "nobody", PasswordHash.ofNobody());
    }

    /**
     * Reads the file, or makes one with a single user.
     *
     * @throws CannotStart naming every line that is wrong
     */
    static HawtioUsers load(Path file) {
        try {
            if (Files.exists(file)) {
                return new HawtioUsers(parse(file), Optional.empty());
            }
            var password = generate();
            var admin = new User(FIRST_USER, "admin", PasswordHash.of(password.toCharArray()));
            Folders.createPrivate(file.toAbsolutePath().normalize().resolveSibling(""));
            Folders.writePrivate(file, HEADER + admin.line() + "\n");
            return new HawtioUsers(Map.of(admin.name, admin), Optional.of(password));
        } catch (IOException e) {
            throw new CannotStart(
                    "Hawtio's users file %s can be neither read nor made (%s); mend its rights or its folder's."
                            .formatted(file, e),
                    e);
        }
    }

    /** Present only if this load made the file: the one chance to show it. */
    Optional<String> generatedPassword() {
        return generatedPassword;
    }

    /** Empty if the name is unknown or the password wrong. One at a time, so that guessing takes one core at most. */
    synchronized Optional<User> authenticate(String name, char[] password) {
        var user = users.getOrDefault(name, nobody);
        return user.hash.matches(password) && !user.equals(nobody) ? Optional.of(user) : Optional.empty();
    }

    private static Map<String, User> parse(Path file) throws IOException {
        var users = new HashMap<String, User>();
        var wrong = new HashMap<Integer, String>();
        var number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                var user = User.parse(line.strip());
                users.put(user.name, user);
            } catch (IllegalArgumentException e) {
                wrong.put(number, String.valueOf(e.getMessage()));
            }
        }
        if (!wrong.isEmpty()) {
            var faults = wrong.entrySet().stream()
                    .map(fault -> "line %d %s".formatted(fault.getKey(), fault.getValue()))
                    .collect(Collectors.joining("; "));
            throw new CannotStart("Hawtio's users file %s is wrong: %s. Mend it, or delete it for a new one."
                    .formatted(file, faults));
        }
        return users;
    }

    private static String generate() {
        return new SecureRandom()
                .ints(GENERATED_LENGTH, 0, ALPHABET.length())
                .mapToObj(i -> ALPHABET.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    /** One line of the file. */
    record User(String name, String role, PasswordHash hash) {
        User {
            if (!name.matches("[A-Za-z0-9._@-]{1,64}") || !role.matches("[a-z]{1,16}")) {
                throw new IllegalArgumentException("must begin with name:role:");
            }
        }

        static User parse(String line) {
            var parts = line.split(":", 3);
            if (parts.length < 3) {
                throw new IllegalArgumentException("must be name:role:iterations:salt:hash");
            }
            return new User(parts[0], parts[1], PasswordHash.parse(parts[2]));
        }

        String line() {
            return name + ":" + role + ":" + hash.text();
        }
    }
}
