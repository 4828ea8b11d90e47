package org.bactrian.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What lies in the embedded PostgreSQL's folder. A first start that was cut off is begun again from nothing. */
record PostgresFiles(Path folder) {
    private static final int LOG_TAIL_CHARS = 300;

    Path data() {
        return folder.resolve("data");
    }

    /** The programs, unpacked; the library lets everyone write there, so it must lie in a folder that lets nobody in. */
    Path binaries() {
        return folder.resolve("binaries");
    }

    /** Of this run alone, or of the last one. */
    Path log() {
        return folder.resolve("postgresql.log");
    }

    /** One line, mode 0600: the password of every role. */
    Path passwordFile() {
        return folder.resolve("password");
    }

    /**
     * The password of the data directory, made up if that is yet to be created.
     *
     * @throws CannotStart if there are data but no password for them
     */
    String password() throws IOException {
        if (Files.exists(data()) && !Files.exists(unfinished())) {
            if (!Files.exists(passwordFile())) {
                throw new CannotStart(
                        "%s is missing, without which the data beside it cannot be read; put it back, or start with --fresh to lose all data."
                                .formatted(passwordFile()));
            }
            return Files.readString(passwordFile()).strip();
        }
        Folders.writePrivate(unfinished(), "");
        if (Files.exists(data())) {
            Folders.empty(data(), null);
        }
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        var password = HexFormat.of().formatHex(random);
        Folders.writePrivate(passwordFile(), password);
        return password;
    }

    /** From now on the data are kept; on disk before anything is stored in them. */
    void initialised() throws IOException {
        if (Files.deleteIfExists(unfinished())) {
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    CannotStart complaint(Throwable e) {
        var reason = e.getMessage() == null ? String.valueOf(e.getCause()) : e.getMessage();
        return new CannotStart("PostgreSQL in %s does not start (%s): %s".formatted(folder, reason, lastWords()), e);
    }

    private String lastWords() {
        try {
            var lines = Files.readString(log()).strip();
            var last = lines.substring(lines.lastIndexOf('\n') + 1);
            return "%s; see %s.".formatted(last.substring(0, Math.min(last.length(), LOG_TAIL_CHARS)), log());
        } catch (IOException e) {
            return "it left no log.";
        }
    }

    private Path unfinished() {
        return folder.resolve("unfinished");
    }
}
