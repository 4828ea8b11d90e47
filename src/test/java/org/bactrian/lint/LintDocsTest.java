package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/lint.md says of every rule what it finds, why, and how to mend it; and of no other. */
class LintDocsTest {
    private static final Pattern HEADING =
            Pattern.compile("^## ([a-z-]+)\n(.*?)(?=^## |\\z)", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void everyRule_isDocumented() throws Exception {
        var sections = HEADING.matcher(Files.readString(Path.of("docs/lint.md")))
                .results()
                .toList();

        assertThat(sections.stream().map(section -> section.group(1)))
                .containsExactlyElementsOf(
                        Arrays.stream(Rule.values()).map(Rule::id).toList());
        assertThat(sections)
                .allSatisfy(section -> assertThat(section.group(2)).contains("**Found:**", "**Why:**", "**Mend:**"));
    }
}
