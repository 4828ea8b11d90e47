package org.bactrian.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The folder of the embedded mode, held by one process at a time. Its lock file is also the mark by which a folder is
 * known as ours: any other folder with something in it is left alone, so that a wrong path cannot cost anyone's files.
 */
public final class DataFolder implements AutoCloseable {
    /** Holds the owner's pid, in digits; stays when the lock is given back. */
    static final String LOCK_FILE = "bactrian.lock";

    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the folder if there is none, and holds it until {@link #close()} or the end of this JVM, however it ends.
     *
     * @throws CannotStart if it cannot be written, is another program's, or is held by another process
     */
    public static DataFolder open(Path path) {
        var absolute = path.toAbsolutePath().normalize();
        try {
            Folders.createPrivate(absolute);
            var real = absolute.toRealPath();
            requireOurs(real);
            return new DataFolder(real, lock(real));
        } catch (IOException e) {
            throw new CannotStart(
                    "Data folder %s cannot be written (%s); give this user the right to, or choose another folder."
                            .formatted(absolute, reason(e)),
                    e);
        }
    }

    /**
     * As {@link #open}, and empties the folder first. A PostgreSQL that an earlier run left behind in it is ended.
     *
     * @throws CannotStart as {@link #open} does; then nothing was deleted
     */
    public static DataFolder openFresh(Path path) {
        var folder = open(path);
        try {
            folder.endPostmasters();
            Folders.empty(folder.path, folder.path.resolve(LOCK_FILE));
            return folder;
        } catch (IOException e) {
            folder.close();
            throw new CannotStart(
                    "Data folder %s cannot be emptied (%s); delete what is in it by hand."
                            .formatted(folder.path, reason(e)),
                    e);
        }
    }

    /** Absolute, without symbolic links. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new IllegalStateException("lock of %s must be given back".formatted(path), e);
        }
    }

    private static void requireOurs(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent() && !Files.exists(folder.resolve(LOCK_FILE))) {
                throw new CannotStart(
                        "Data folder %s has files in it that are not Bactrian's (there is no %s); choose another or an empty folder."
                                .formatted(folder, LOCK_FILE));
            }
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        var channel = FileChannel.open(
                folder.resolve(LOCK_FILE),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new CannotStart("Data folder %s is in use by process %s; stop that one, or choose another folder."
                        .formatted(folder, holder(channel)));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IllegalStateException("data folder %s must be opened once in a process".formatted(folder), e);
        } catch (IOException | CannotStart e) {
            channel.close();
            throw e;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        var text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).trim();
    }

    private void endPostmasters() throws IOException {
        try (Stream<Path> found = Files.find(path, 2, (file, attributes) -> attributes.isDirectory())) {
            found.toList().forEach(directory -> Postmaster.of(directory).ifPresent(Postmaster::end));
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + " is a file";
        }
        return String.valueOf(e.getMessage());
    }
}
