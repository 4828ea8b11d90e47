package org.bactrian.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The token by which an operator of an embedded router proves to be one: in a file that only who started it can read. */
public final class OperatorTokenFile {
    public static final String NAME = "operator.token";

    private static final int BYTES = 32;

    private OperatorTokenFile() {}

    /**
     * Reads the folder's token, or makes one.
     *
     * @throws CannotStart if the file can be neither read nor made, or is empty
     */
    public static String load(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[BYTES];
                new SecureRandom().nextBytes(random);
                Folders.createPrivate(folder);
                Folders.writePrivate(file, HexFormat.of().formatHex(random) + "\n");
            }
            String token = Files.readString(file).strip();
            if (token.isEmpty()) {
                throw new CannotStart("the operator's token file %s is empty; delete it for a new one".formatted(file));
            }
            return token;
        } catch (IOException e) {
            throw new CannotStart(
                    "the operator's token file %s can be neither read nor made (%s); mend its rights or its folder's"
                            .formatted(file, e),
                    e);
        }
    }
}
