package io.llavasg.bench;

import io.llavasg.language.KeyValueCache;
import io.llavasg.language.LlamaDecoder;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One prompt and the tokens after it, as generation does them: embeddings in, greedily chosen
 * tokens out, one at a time.
 *
 * @param prefillMillis from the embedded prompt to the first token
 * @param stepMillis of each token after it
 */
record DecoderRun(double prefillMillis, List<Double> stepMillis) {

  /** Runs {@code decoder} on a prompt of {@code prompt} random tokens, then {@code steps} more. */
  static DecoderRun of(LlamaDecoder decoder, int prompt, int steps) {
    return Torch.infer(
        () -> {
          Tensor weight = decoder.embedding().weight();
          Tensor embeddings = decoder.embedding().forward(randomIds(decoder, prompt)).unsqueeze(0);
          try (KeyValueCache cache =
              KeyValueCache.allocate(
                  decoder.config(), 1, prompt + steps, weight.dtype(), weight.device())) {
            long start = System.nanoTime();
            int token = next(decoder, embeddings, Mask.CAUSAL, cache);
            final double prefill = (System.nanoTime() - start) / 1e6;
            List<Double> times = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
              start = System.nanoTime();
              token = step(decoder, token, cache);
              times.add((System.nanoTime() - start) / 1e6);
            }
            return new DecoderRun(prefill, times);
          }
        });
  }

  private static int step(LlamaDecoder decoder, int token, KeyValueCache cache) {
    try (var scope = Scope.open()) {
      return next(decoder, decoder.embedding().forward(token).unsqueeze(0), Mask.NONE, cache);
    }
  }

  private static int next(LlamaDecoder decoder, Tensor embeddings, Mask mask, KeyValueCache cache) {
    try (var scope = Scope.open()) {
      int count = Math.toIntExact(embeddings.size(1));
      int[] positions = new int[count];
      for (int i = 0; i < count; i++) {
        positions[i] = cache.length() + i;
      }
      Tensor hidden = decoder.forward(embeddings, new int[][] {positions}, mask, cache);
      return best(decoder.logits(hidden.select(1, count - 1L)).toFloats());
    }
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private static int[] randomIds(LlamaDecoder decoder, int count) {
    SplittableRandom random = new SplittableRandom(1);
    return random.ints(count, 3, decoder.config().vocabSize()).toArray();
  }
}
