package org.bactrian.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PointTest {
    private static final Set<String> A = Set.of("a");
    private static final Set<String> B = Set.of("b");
    private static final Set<String> A_AND_B = Set.of("a", "b");

    @Test
    void togetherInEveryRun_isOneGap() {
        assertThat(Point.of(List.of(List.of(A_AND_B, Set.of("c")), List.of(A_AND_B, Set.of("c")))))
                .containsExactly(Point.BEFORE_ALL, new Point(A_AND_B), new Point(Set.of("c")));
    }

    @Test
    void apartInOneRun_isTwoGaps() {
        assertThat(Point.of(List.of(List.of(A_AND_B), List.of(B, A))))
                .containsExactlyInAnyOrder(Point.BEFORE_ALL, new Point(A), new Point(B));
    }

    @Test
    void notInEveryRun_isRefused() {
        assertThatThrownBy(() -> Point.of(List.of(List.of(A, B), List.of(A))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'b' must be written once in each of 2 runs");
    }

    @Test
    void twiceInOneRun_isRefused() {
        assertThatThrownBy(() -> Point.of(List.of(List.of(A, A), List.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'a' must be written once in each of 2 runs");
    }
}
