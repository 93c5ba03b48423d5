package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.nn.Activation;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.Initialisation;
import io.llavasg.vision.ClipVisionConfig;
import org.junit.jupiter.api.Test;

class LocalAttentionTest {
  private static final int SIZE = 128;
  private static final int HEAD = 32;
  private static final int GRID = 14;

  private static final ClipVisionConfig CONFIG =
      new ClipVisionConfig(SIZE, 512, 2, 4, 8 * GRID, 8, 1e-5, Activation.QUICK_GELU);

  /** Where the heads of two layers look: rows down, columns to the right. */
  private static final int[][] NEIGHBOURS = {
    {-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, 1}, {1, -1}, {-1, 1}
  };

  private static Tensor made(Initialisation rules, String name, long... shape) {
    Tensor made = Tensor.empty(DType.F32, Device.CPU, shape);
    rules.of("vision_model." + name).fill().fill(made, SIZE);
    return made;
  }

  /** Of all patches, a query's key is the largest at the head's neighbour of its patch. */
  @Test
  void eachHeadLooksAtOneNeighbour() {
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Torch.seed(1);
            Initialisation rules =
                new LocalAttention(CONFIG).rules((parameter, fanIn) -> parameter.fillInPlace(0));
            Tensor places =
                made(rules, "embeddings.position_embedding.weight", 1 + GRID * GRID, SIZE);
            for (int number = 0; number < NEIGHBOURS.length; number++) {
              String attention = "encoder.layers.%d.self_attn.".formatted(number / 4);
              Tensor queries = made(rules, attention + "q_proj.weight", SIZE, SIZE);
              Tensor keys = made(rules, attention + "k_proj.weight", SIZE, SIZE);
              long rows = (long) (number % 4) * HEAD;
              Tensor q = places.matmul(queries.narrow(0, rows, HEAD).transpose(0, 1));
              Tensor k = places.matmul(keys.narrow(0, rows, HEAD).transpose(0, 1));
              long[] nearest = q.matmul(k.transpose(0, 1)).argmax(1).toLongs();
              for (int row = 2; row < GRID - 2; row++) {
                for (int column = 2; column < GRID - 2; column++) {
                  int there = (row + NEIGHBOURS[number][0]) * GRID + column + NEIGHBOURS[number][1];
                  assertThat(nearest[1 + row * GRID + column])
                      .as("head %d at %d, %d", number, row, column)
                      .isEqualTo(1 + there);
                }
              }
            }
          }
          return true;
        });
  }

  /** Content and place do not mix at first; the class token has no place. */
  @Test
  void placesHaveFeaturesOfTheirOwn() {
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Initialisation rules =
                new LocalAttention(CONFIG).rules((parameter, fanIn) -> parameter.fillInPlace(3));
            float[] patches =
                made(rules, "embeddings.patch_embedding.weight", SIZE, 3, 8, 8)
                    .select(1, 0)
                    .contiguous()
                    .toFloats();
            assertThat(patches[HEAD * 64 - 1]).isZero();
            assertThat(patches[HEAD * 64]).isEqualTo(3);
            float[] places =
                made(rules, "embeddings.position_embedding.weight", 1 + GRID * GRID, SIZE)
                    .toFloats();
            for (int i = 0; i < HEAD; i++) {
              assertThat(places[i]).isZero();
            }
            assertThat(places[SIZE]).as("cosine of the first place").isCloseTo(1, within(1e-6f));
          }
          return true;
        });
  }
}
