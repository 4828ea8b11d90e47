package org.bactrian.scenario;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What docs/your-own.md shows, and a home folder made as it says: the shipped one, the example's files, and one edit. */
public final class YourOwn {
    private static final Path EXAMPLE = Path.of("examples/your-own");
    /** A path in backquotes that ends its line, then a block. */
    private static final Pattern FILE = Pattern.compile("`([^`\n]+)`:?\n\n```\\w+\n(.*?)```\n", Pattern.DOTALL);

    private static final Pattern EDIT = Pattern.compile("`([^`\n]+)`:?\n\n```diff\n(.*?)```\n", Pattern.DOTALL);

    private YourOwn() {}

    /** Path below the home folder to content. */
    static Map<String, String> shownFiles() throws IOException {
        var files = new TreeMap<String, String>();
        FILE.matcher(docs())
                .results()
                .filter(shown -> !shown.group().contains("```diff"))
                .forEach(shown -> files.put(shown.group(1), shown.group(2)));
        return files;
    }

    /** Path below the example's folder, which stands for the home folder, to content. */
    static Map<String, String> files() throws IOException {
        var files = new TreeMap<String, String>();
        for (Path file : Homes.below(EXAMPLE)) {
            files.put(EXAMPLE.relativize(file).toString(), Files.readString(file));
        }
        return files;
    }

    /** Makes the home folder. */
    public static void install(Path home) throws IOException {
        Homes.install(home, EXAMPLE);
        var edit = EDIT.matcher(docs());
        if (!edit.find()) {
            throw new IllegalStateException("docs/your-own.md must show one edit as a diff");
        }
        Path edited = home.resolve(edit.group(1));
        Files.writeString(edited, edited(Files.readString(edited), edit.group(2)));
    }

    private static String edited(String file, String diff) {
        String before = side(diff, '+');
        if (file.split(Pattern.quote(before), -1).length != 2) {
            throw new IllegalStateException("docs/your-own.md edits lines that must be there once:\n" + before);
        }
        return file.replace(before, side(diff, '-'));
    }

    private static String side(String diff, char otherSide) {
        return diff.lines()
                .filter(line -> line.charAt(0) != otherSide)
                .map(line -> line.substring(1) + "\n")
                .collect(joining());
    }

    private static String docs() throws IOException {
        return Files.readString(Path.of("docs/your-own.md"));
    }
}
