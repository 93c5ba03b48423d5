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
import java.util.Arrays;
import java.util.stream.IntStream;

/** A LLaMA that learns to predict each token of a text from those before it. */
final class NextToken {
  private static final double TEXT_WEIGHT = .01;

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
   * The mean of −log p over all tokens but the first of each row, answers counting in full and
   * everything else {@value #TEXT_WEIGHT}: what a description says next is chance for the most
   * part.
   */
  Tensor loss(Rows rows) {
    try (var scope = Scope.open()) {
      Tensor logits = logits(rows);
      long[] next = ahead(rows.next(), rows.length());
      long[] answers = ahead(rows.answers(), rows.length());
      Tensor all = Functional.crossEntropySum(logits, Tensor.of(next, next.length));
      Tensor own = Functional.crossEntropySum(logits, Tensor.of(answers, answers.length));
      return scope.keep(
          all.mul(TEXT_WEIGHT)
              .add(own.mul(1 - TEXT_WEIGHT))
              .div(TEXT_WEIGHT * known(next) + (1 - TEXT_WEIGHT) * known(answers)));
    }
  }

  private static long known(long[] labels) {
    return Arrays.stream(labels).filter(id -> id != Functional.IGNORED).count();
  }

  /** (rows · (length − 1), vocabulary): after each position but the last of a row. */
  private Tensor logits(Rows text) {
    try (var scope = Scope.open()) {
      int count = text.count();
      int read = text.length() - 1;
      Tensor embedded = embedded(decoder, text).narrow(1, 0, read);
      Tensor rows = LlamaDecoder.rows(embedded);
      int[][] positions = {IntStream.range(0, read).toArray()};
      Rope.Rotation rotation = decoder.rotation(positions, rows);
      for (int i = 0; i < decoder.config().numHiddenLayers(); i++) {
        rows = decoder.layer(i, rows, count, rotation, Mask.CAUSAL);
      }
      return scope.keep(decoder.logits(decoder.normed(rows)));
    }
  }

  /** What a language model reads (rows, length, hidden_size); nothing where a row has ended. */
  static Tensor embedded(LlamaDecoder decoder, Rows text) {
    int places = text.next().length;
    Tensor ids = Tensor.of(text.ids(), places, text.most());
    Tensor shares = Tensor.of(text.shares(), places, text.most(), 1);
    return decoder
        .embedding()
        .forward(ids)
        .mul(shares)
        .sum(1)
        .reshape(text.count(), text.length(), decoder.config().hiddenSize());
  }

  /** Rows without their first entries. */
  private static long[] ahead(long[] rows, int length) {
    return IntStream.range(0, rows.length)
        .filter(i -> i % length != 0)
        .mapToLong(i -> rows[i])
        .toArray();
  }

  /**
   * How well a text is predicted.
   *
   * @param perplexity e to the mean of −log p of all tokens
   * @param answers share of the answers' tokens that are the likeliest
   * @param rows share of the rows in which all of them are
   */
  record Prediction(double perplexity, double answers, double rows) {}

  Prediction prediction(Rows rows) {
    return Torch.train(
        () ->
            Torch.withoutGradients(
                () -> {
                  Tensor logits = logits(rows);
                  long[] next = ahead(rows.next(), rows.length());
                  double sum =
                      Functional.crossEntropySum(logits, Tensor.of(next, next.length)).itemFloat();
                  long[] best = logits.argmax(1).toLongs();
                  long[] answers = ahead(rows.answers(), rows.length());
                  int[] asked =
                      IntStream.range(0, answers.length)
                          .filter(i -> answers[i] != Functional.IGNORED)
                          .toArray();
                  int[] wrong = Arrays.stream(asked).filter(i -> best[i] != answers[i]).toArray();
                  int read = rows.length() - 1;
                  long spoilt = Arrays.stream(wrong).map(i -> i / read).distinct().count();
                  return new Prediction(
                      Math.exp(sum / known(next)),
                      1 - (double) wrong.length / asked.length,
                      1 - (double) spoilt / rows.count());
                }));
  }
}
