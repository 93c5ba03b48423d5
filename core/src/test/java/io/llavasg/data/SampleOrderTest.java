package io.llavasg.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class SampleOrderTest {

  private static SampleOrder order(int[] lengths, int batch, int microBatches) {
    return new SampleOrder(lengths, Grouping.MODALITY_AND_LENGTH, batch, microBatches, 7);
  }

  private static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  /** The original's sampler over given draws; reference/train/original_data.py ran its code. */
  @Test
  void groupsAsTheOriginalDoes() {
    JsonNode expected = Fixtures.json(Fixtures.DATA.resolve("expected.json")).path("order");
    int[] lengths;
    try (DataSet data = Fixtures.data("instructions")) {
      lengths = data.lengths();
    }
    assertThat(lengths).isEqualTo(ints(expected.path("lengths")));
    assertThat(expected.path("cases")).hasSize(4);
    for (JsonNode each : expected.path("cases")) {
      SampleOrder order =
          order(lengths, each.path("batch").asInt(), each.path("micro_batches").asInt());
      int[][] draws =
          StreamSupport.stream(each.path("draws").spliterator(), false)
              .map(SampleOrderTest::ints)
              .toArray(int[][]::new);
      int[] images = chosen(order.ofModality(Sample.Modality.IMAGE), draws[0]);
      int[] texts = chosen(order.ofModality(Sample.Modality.TEXT), draws[1]);
      assertThat(order.grouped(images, texts, n -> draws[2])).isEqualTo(ints(each.path("order")));
    }
  }

  private static int[] chosen(int[] members, int[] draw) {
    return Arrays.stream(draw).map(i -> members[i]).toArray();
  }

  @Test
  void visitsEachSampleOnceAnEpochInAnotherOrder() {
    Random random = new Random(1);
    int[] lengths = random.ints(1000, 1, 50).map(n -> random.nextInt(4) == 0 ? -n : n).toArray();
    SampleOrder order = order(lengths, 32, 4);
    int[] first = order.epoch(0);
    assertThat(Arrays.stream(first).sorted().toArray())
        .isEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(order.epoch(0)).isEqualTo(first);
    assertThat(order.epoch(1)).isNotEqualTo(first);
    int mixed = 0;
    for (int from = 0; from < 1000; from += 32) {
      long images =
          Arrays.stream(first, from, Math.min(1000, from + 32)).filter(i -> lengths[i] > 0).count();
      mixed += images > 0 && images < Math.min(1000, from + 32) - from ? 1 : 0;
    }
    // Only what is left of both modalities, fewer than two batches of samples, is mixed.
    assertThat(mixed).isLessThanOrEqualTo(2);
  }

  @Test
  void orderIsTheSameOnEveryMachine() {
    // Random and Fisher–Yates are specified, so these numbers are, too.
    int[] lengths = {3, -2, 5, 9, -4, 1, 7, -6};
    assertThat(new SampleOrder(lengths, Grouping.NONE, 4, 2, 0).epoch(0))
        .isEqualTo(fisherYates(8, new Random(0)));
  }

  private static int[] fisherYates(int n, Random random) {
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n; i > 1; i--) {
      int other = random.nextInt(i);
      int kept = order[i - 1];
      order[i - 1] = order[other];
      order[other] = kept;
    }
    return order;
  }
}
