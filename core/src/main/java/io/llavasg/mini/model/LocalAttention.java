package io.llavasg.mini.model;

import io.llavasg.tensor.Tensor;
import io.llavasg.train.Initialisation;
import io.llavasg.vision.ClipVisionConfig;
import java.util.List;

/**
 * First weights of a vision transformer that let each head look at one neighbour of a patch, as the
 * taps of a convolution do (Cordonnier et al., 2020): so it need not find out from few pictures
 * that neighbours belong together. Some features hold the patch's place, as waves along both axes,
 * and nothing of the picture; in them queries are keys whose waves are moved on by a patch. All of
 * it is trained like other weights.
 *
 * @param config of the transformer; a head is at most as wide as all of it
 */
record LocalAttention(ClipVisionConfig config) {
  /** Which neighbours the heads look at, by turns: rows down, columns to the right. */
  private static final List<int[]> NEIGHBOURS =
      List.of(
          new int[] {-1, 0},
          new int[] {1, 0},
          new int[] {0, -1},
          new int[] {0, 1},
          new int[] {-1, -1},
          new int[] {1, 1},
          new int[] {1, -1},
          new int[] {-1, 1});

  /** Radians a patch, of the fastest wave. */
  private static final double FASTEST = 1.2;

  /** Of weights and positions that are drawn, besides the waves. */
  private static final double DRAWN = .1;

  private int headSize() {
    return config.hiddenSize() / config.numAttentionHeads();
  }

  /** Waves along an axis: each has a cosine and a sine; both axes' fill a head. */
  private int waves() {
    return headSize() / 4;
  }

  private int placeFeatures() {
    return 4 * waves();
  }

  /** Radians a patch: from half a turn over the whole picture to the fastest. */
  private double frequency(int wave) {
    double slowest = Math.PI / grid();
    return waves() == 1 ? FASTEST : slowest + (FASTEST - slowest) * wave / (waves() - 1);
  }

  private int grid() {
    return config.imageSize() / config.patchSize();
  }

  /**
   * The rules, before others that fill the rest.
   *
   * @param patches fills the patch embedding
   */
  Initialisation rules(Initialisation.Fill patches) {
    double deviation = Math.pow(config.hiddenSize(), -.5);
    Initialisation rules =
        Initialisation.empty()
            .with("vision_model\\.embeddings\\.patch_embedding\\.weight", content(patches))
            .with("vision_model\\.embeddings\\.position_embedding\\.weight", places(deviation));
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      String attention = "vision_model\\.encoder\\.layers\\.%d\\.self_attn\\.".formatted(layer);
      rules =
          rules
              .with(attention + "q_proj\\.weight", queries(layer, deviation))
              .with(attention + "k_proj\\.weight", keys(deviation));
    }
    return rules;
  }

  /** Nothing in the features of places; the others whiten. */
  private Initialisation.Fill content(Initialisation.Fill patches) {
    int place = placeFeatures();
    return (parameter, fanIn) -> {
      parameter.fillInPlace(0);
      Tensor rest = parameter.narrow(0, place, config.hiddenSize() - place);
      patches.fill(rest, fanIn);
    };
  }

  /** The class token, first, has no place. */
  private Initialisation.Fill places(double deviation) {
    int grid = grid();
    float[] waves = new float[placeFeatures() * (grid * grid + 1)];
    for (int row = 0; row < grid; row++) {
      for (int column = 0; column < grid; column++) {
        int at = (1 + row * grid + column) * placeFeatures();
        for (int wave = 0; wave < waves(); wave++) {
          put(waves, at + 2 * wave, row * frequency(wave));
          put(waves, at + 2 * (waves() + wave), column * frequency(wave));
        }
      }
    }
    return (parameter, fanIn) -> {
      Initialisation.normal(DRAWN * deviation).fill(parameter, fanIn);
      parameter
          .narrow(1, 0, placeFeatures())
          .copyInPlace(Tensor.of(waves, waves.length / placeFeatures(), placeFeatures()));
    };
  }

  private static void put(float[] waves, int at, double angle) {
    waves[at] = (float) Math.cos(angle);
    waves[at + 1] = (float) Math.sin(angle);
  }

  private Initialisation.Fill queries(int layer, double deviation) {
    return (parameter, fanIn) -> {
      Initialisation.normal(DRAWN * deviation).fill(parameter, fanIn);
      for (int head = 0; head < config.numAttentionHeads(); head++) {
        int[] neighbour =
            NEIGHBOURS.get((layer * config.numAttentionHeads() + head) % NEIGHBOURS.size());
        add(parameter, head, neighbour[0], neighbour[1]);
      }
    };
  }

  private Initialisation.Fill keys(double deviation) {
    return (parameter, fanIn) -> {
      Initialisation.normal(DRAWN * deviation).fill(parameter, fanIn);
      for (int head = 0; head < config.numAttentionHeads(); head++) {
        add(parameter, head, 0, 0);
      }
    };
  }

  /** Adds, in a head's rows, what turns each wave by as many patches. */
  private void add(Tensor weight, int head, int rows, int columns) {
    int size = placeFeatures();
    float[] turn = new float[size * size];
    for (int wave = 0; wave < waves(); wave++) {
      turn(turn, size, 2 * wave, rows * frequency(wave));
      turn(turn, size, 2 * (waves() + wave), columns * frequency(wave));
    }
    weight
        .narrow(0, (long) head * headSize(), size)
        .narrow(1, 0, size)
        .addInPlace(Tensor.of(turn, size, size));
  }

  private static void turn(float[] matrix, int size, int at, double angle) {
    matrix[at * size + at] = (float) Math.cos(angle);
    matrix[at * size + at + 1] = (float) -Math.sin(angle);
    matrix[(at + 1) * size + at] = (float) Math.sin(angle);
    matrix[(at + 1) * size + at + 1] = (float) Math.cos(angle);
  }
}
