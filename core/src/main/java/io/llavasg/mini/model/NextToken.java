package io.llavasg.mini.model;

import io.llavasg.language.LlamaConfig;
import io.llavasg.language.LlamaDecoder;
import io.llavasg.nn.Parameters;
import io.llavasg.nn.Rope;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.Initialisation;
import java.util.stream.IntStream;

/** A LLaMA that learns to predict each token of a text from those before it. */
final class NextToken {
  private final LlamaDecoder decoder;

  NextToken(Parameters parameters, LlamaConfig config) {
    decoder = new LlamaDecoder(parameters, config);
  }

  /** Initial values as transformers' LLaMA has them: {@code initializer_range} is .02. */
  static Initialisation initialisation() {
    return Initialisation.empty()
        .with("norm\\.weight", Initialisation.constant(1))
        .with("\\.weight", Initialisation.normal(.02));
  }

  /**
   * The mean of −log p over all tokens but the first of each row.
   *
   * @param ids rows of N tokens, one after the other
   * @param count how many rows
   */
  Tensor loss(long[] ids, int count) {
    try (var scope = Scope.open()) {
      int length = ids.length / count;
      int read = length - 1;
      long[] context = new long[count * read];
      long[] next = new long[count * read];
      for (int row = 0; row < count; row++) {
        System.arraycopy(ids, row * length, context, row * read, read);
        System.arraycopy(ids, row * length + 1, next, row * read, read);
      }
      Tensor rows = LlamaDecoder.rows(decoder.embedding().forward(Tensor.of(context, count, read)));
      int[][] positions = {IntStream.range(0, read).toArray()};
      Rope.Rotation rotation = decoder.rotation(positions, rows);
      for (int i = 0; i < decoder.config().numHiddenLayers(); i++) {
        rows = decoder.layer(i, rows, count, rotation, Mask.CAUSAL);
      }
      Tensor logits = decoder.logits(decoder.normed(rows));
      Tensor sum = Functional.crossEntropySum(logits, Tensor.of(next, next.length));
      return scope.keep(sum.div((double) next.length));
    }
  }

  /** The perplexity of a text: e to the mean of −log p. */
  double perplexity(long[] ids, int count) {
    return Torch.train(() -> Torch.withoutGradients(() -> Math.exp(loss(ids, count).itemFloat())));
  }
}
