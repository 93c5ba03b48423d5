package io.llavasg.language;

import io.llavasg.nn.Embedding;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.nn.RmsNorm;
import io.llavasg.nn.Rope;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LLaMA: token embeddings, decoder layers, final norm, and the head over the vocabulary. */
public final class LlamaDecoder {
  private final LlamaConfig config;
  private final Embedding embedding;
  private final List<LlamaLayer> layers = new ArrayList<>();
  private final RmsNorm norm;
  private final Linear head;

  /**
   * @param parameters {@code model.…} and {@code lm_head.…} below them; with tied embeddings the
   *     head is the embedding table
   */
  public LlamaDecoder(Parameters parameters, LlamaConfig config) {
    this.config = config;
    int size = config.hiddenSize();
    Parameters model = parameters.in("model");
    embedding = Embedding.of(model.in("embed_tokens"), config.vocabSize(), size);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(new LlamaLayer(model.in("layers", i), config, i));
    }
    norm = RmsNorm.of(model.in("norm"), size, config.rmsNormEps());
    head =
        config.tieWordEmbeddings()
            ? new Linear(embedding.weight(), null)
            : Linear.withoutBias(parameters.in("lm_head"), size, config.vocabSize());
  }

  public LlamaConfig config() {
    return config;
  }

  public Embedding embedding() {
    return embedding;
  }

  /**
   * Hidden states of new positions, which follow those that {@code cache} holds.
   *
   * @param embeddings (B, N, hidden_size)
   * @param positions positions for the rope: one row of N for each sequence, or one for all
   * @param mask over (N, cached + N)
   * @param cache gains the N positions; null where nothing follows
   * @return (B, N, hidden_size), after the final norm
   */
  public Tensor forward(
      Tensor embeddings, int[][] positions, Mask mask, @Nullable KeyValueCache cache) {
    try (var scope = Scope.open()) {
      Rope.Rotation rotation = rotation(positions, embeddings);
      long[] shape = embeddings.shape();
      Tensor rows = vectorOrRows(embeddings);
      for (LlamaLayer layer : layers) {
        Tensor next = layer.forward(rows, shape[0], rotation, mask, cache);
        rows.free();
        rows = next;
      }
      if (cache != null) {
        cache.advance(Math.toIntExact(shape[1]));
      }
      return scope.keep(norm.forward(rows).reshape(shape));
    }
  }

  /** The angles of positions, one row for each sequence or one for all, for {@link #layer}. */
  public Rope.Rotation rotation(int[][] positions, Tensor like) {
    return config.rope().rotation(positions, like);
  }

  /**
   * (B, N, hidden_size) → (B·N, hidden_size): a matrix for all layers, since each product would
   * else reshape what goes in and what comes out.
   */
  public static Tensor rows(Tensor embeddings) {
    return embeddings.reshape(embeddings.size(0) * embeddings.size(1), embeddings.size(2));
  }

  /** On a CPU (1, 1, hidden_size) → (hidden_size): a token's products are then a call each. */
  private static Tensor vectorOrRows(Tensor embeddings) {
    long size = embeddings.size(2);
    boolean single = embeddings.elements() == size && !embeddings.device().isCuda();
    return single ? embeddings.reshape(size) : rows(embeddings);
  }

  /**
   * One layer alone, for those who go through the layers themselves.
   *
   * @param rows (B·N, hidden_size)
   * @param batch B
   * @return (B·N, hidden_size)
   */
  public Tensor layer(int index, Tensor rows, long batch, Rope.Rotation rotation, Mask mask) {
    return layers.get(index).forward(rows, batch, rotation, mask, null);
  }

  /** The final norm, behind the last layer: (…, hidden_size). */
  public Tensor normed(Tensor hidden) {
    return norm.forward(hidden);
  }

  /** Scores over the vocabulary: (…, hidden_size) → (…, vocab_size). */
  public Tensor logits(Tensor hidden) {
    return head.forward(hidden);
  }
}
