package io.llavasg.mini.model;

import io.llavasg.language.LlamaConfig;
import io.llavasg.tensor.Tensor;
import io.llavasg.train.Initialisation;
import java.util.Random;

/**
 * First weights of a LLaMA with which it can look something up from the start, and need not find
 * out how: of each layer's heads one half looks at the tokens just before, the other half at tokens
 * that are alike. These are the two parts of an induction head (Olsson et al., 2022), which a
 * language model otherwise comes to have only after it has read a lot. All of it is trained like
 * other weights.
 *
 * <p>A head that looks back needs something that every token has: a first feature with one value in
 * all embeddings. Its query and key are turned by RoPE so that they agree where the key is as many
 * tokens before. A head that looks for likeness uses the slow pairs of RoPE, which distance hardly
 * turns, and projects queries and keys alike.
 *
 * @param config of the decoder
 */
record LookupAttention(LlamaConfig config) {
  private static final double DEVIATION = .02;

  /** The first feature of all embeddings: three deviations. */
  private static final double CONSTANT = 3 * DEVIATION;

  /** Length of what a head that looks back has in each of its pairs, per unit of that feature. */
  private static final double BACK = 1.4;

  /** Pairs that turn by more than a twentieth a token. */
  private static final int FAST_PAIRS = 6;

  /** Scale of the projection of heads that look for likeness, per feature. */
  private static final double LIKENESS = 1;

  /** The rules, before others that fill the rest. */
  Initialisation rules() {
    Initialisation rules = Initialisation.empty().with("embed_tokens\\.weight", this::embeddings);
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      String attention = "model\\.layers\\.%d\\.self_attn\\.".formatted(layer);
      int back = 1 + layer % 2 * (config.numAttentionHeads() / 2);
      float[] alike = alike(layer);
      rules =
          rules
              .with(attention + "q_proj\\.weight", (p, fanIn) -> fill(p, back, alike))
              .with(attention + "k_proj\\.weight", (p, fanIn) -> fill(p, 0, alike));
    }
    return rules;
  }

  private void embeddings(Tensor weight, long fanIn) {
    weight.normalInPlace(0, DEVIATION);
    weight.narrow(1, 0, 1).fillInPlace(CONSTANT);
  }

  /** Rows of a projection to the slow pairs' features, the same for queries and keys. */
  private float[] alike(int layer) {
    Random random = new Random(layer);
    int size = config.headDim();
    int heads = config.numAttentionHeads() - config.numAttentionHeads() / 2;
    float[] rows = new float[heads * size * config.hiddenSize()];
    double scale = LIKENESS / Math.sqrt(config.hiddenSize());
    for (int row = 0; row < heads * size; row++) {
      if (row % size % (size / 2) >= FAST_PAIRS) {
        for (int i = 1; i < config.hiddenSize(); i++) {
          rows[row * config.hiddenSize() + i] = (float) (scale * random.nextGaussian());
        }
      }
    }
    return rows;
  }

  /**
   * @param back tokens before, for the first head; each further one looks one more back
   */
  private void fill(Tensor weight, int back, float[] alike) {
    weight.normalInPlace(0, DEVIATION);
    int size = config.headDim();
    int local = config.numAttentionHeads() / 2;
    float[] first = new float[local * size];
    for (int head = 0; head < local; head++) {
      for (int pair = 0; pair < Math.min(FAST_PAIRS, size / 2); pair++) {
        double turn = back == 0 ? 0 : -(back + head) * Math.pow(10_000, -2.0 * pair / size);
        first[head * size + pair] = (float) (BACK * Math.cos(turn));
        first[head * size + pair + size / 2] = (float) (BACK * Math.sin(turn));
      }
    }
    weight
        .narrow(0, 0, (long) local * size)
        .narrow(1, 0, 1)
        .copyInPlace(Tensor.of(first, first.length, 1));
    long rest = weight.size(0) - (long) local * size;
    weight
        .narrow(0, (long) local * size, rest)
        .addInPlace(Tensor.of(alike, rest, config.hiddenSize()));
  }
}
