package io.llavasg.perception;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.graph.Box;
import io.llavasg.perception.NonMaximumSuppression.Group;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class NonMaximumSuppressionTest {
  private static final Detection BEST = new Detection("dog", .9, new Box(0, 0, 10, 10));
  private static final Detection NEAR = new Detection("cat", .8, new Box(2, 0, 12, 10));
  private static final Detection NEXT = new Detection("cat", .7, new Box(4, 0, 14, 10));
  private static final Detection FAR = new Detection("cat", .7, new Box(40, 0, 44, 10));

  private static List<Group<Detection>> apply(double threshold, Detection... candidates) {
    return new NonMaximumSuppression(threshold)
        .apply(List.of(candidates), Detection::box, Detection::score);
  }

  @Test
  void whatIsSuppressedSuppressesNothing() {
    // NEAR covers 8/12 of what it and BEST cover, NEXT 6/14 of what it and BEST do.
    assertThat(apply(.5, FAR, NEXT, NEAR, BEST))
        .containsExactly(
            new Group<>(BEST, List.of(NEAR)),
            new Group<>(FAR, List.of()),
            new Group<>(NEXT, List.of()));
  }

  @Test
  void theThresholdItselfIsKept() {
    assertThat(apply(8 / 12.0, BEST, NEAR)).hasSize(2);
    assertThat(apply(8 / 12.0 - 1e-9, BEST, NEAR)).hasSize(1);
    assertThat(apply(1, BEST, BEST)).hasSize(2);
    assertThat(apply(0, BEST, NEAR, NEXT, FAR)).extracting(Group::best).containsExactly(BEST, FAR);
  }

  @Test
  void boxesWithoutAnAreaOverlapNothing() {
    Box line = new Box(3, 3, 3, 8);
    assertThat(NonMaximumSuppression.iou(line, line)).isZero();
    assertThat(NonMaximumSuppression.iou(line, BEST.box())).isZero();
    assertThat(NonMaximumSuppression.iou(BEST.box(), NEAR.box()))
        .isCloseTo(8 / 12.0, Offset.offset(1e-12));
  }
}
