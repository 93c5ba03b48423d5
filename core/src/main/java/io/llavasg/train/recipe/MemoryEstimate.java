package io.llavasg.train.recipe;

import io.llavasg.LlavaSgException;
import io.llavasg.language.LlamaConfig;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.tensor.DType;
import io.llavasg.train.Lora;
import io.llavasg.train.TrainingSettings.Activations;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a training needs at its fullest moment, which is the gradient of the loss or of a decoder
 * layer, in a micro-batch of the longest samples. The weights' part is exact; that of activations
 * counts what a layer's formulas hold at once, and is an upper bound of what samples of the usual
 * lengths need.
 *
 * @param items what needs how much
 */
public record MemoryEstimate(List<Item> items) {

  /** Allocator's losses on a CPU. */
  private static final long RESERVE = 1L << 30;

  /**
   * Allocator's losses and a GPU's context: four trainings of a 7B held up to 4.1 GB more than the
   * other lines (docs/training.md).
   */
  private static final long RESERVE_OF_GPU = 4L << 30;

  private static final String FIRST_LAYER = "language_model.model.layers.0";

  /**
   * A line of the sum.
   *
   * @param what in words
   * @param how the calculation, in words
   */
  public record Item(String what, String how, long bytes) {}

  public MemoryEstimate {
    items = List.copyOf(items);
  }

  public long bytes() {
    return items.stream().mapToLong(Item::bytes).sum();
  }

  /**
   * Of a recipe for a model; no weight is read.
   *
   * @param gpu whether it is a GPU that trains
   */
  static MemoryEstimate of(Recipe recipe, ModelParts parts, boolean gpu) {
    Sum sum = new Sum();
    DType dtype = recipe.machine().dtype();
    long adapters = recipe.lora().map(lora -> adapters(lora, parts)).orElse(0L);
    long trained = parts.elements(recipe.trainable()) + adapters;
    boolean markers =
        recipe.trainable().contains("marker_rows")
            && !recipe.trainable().contains("language_model");
    long frozen =
        parts.total()
            - parts.elements(recipe.trainable())
            + (markers ? parts.elements("marker_rows") : 0);
    sum.numbers("frozen weights", frozen, dtype.bytes(), dtype);
    if (dtype != DType.F32) {
      sum.numbers("trained weights", trained, dtype.bytes(), dtype);
      sum.numbers("their master copies", trained, Float.BYTES, DType.F32);
    } else {
      sum.numbers("trained weights", trained, Float.BYTES, DType.F32);
    }
    sum.numbers("AdamW's two moments", 2 * trained, Float.BYTES, DType.F32);
    sum.numbers("sums of gradients", trained, Float.BYTES, DType.F32);
    if (dtype != DType.F32) {
      boolean kept = recipe.machine().activations() == Activations.KEPT;
      long coming = kept ? trained : Math.min(trained, parts.elements(FIRST_LAYER));
      sum.numbers("gradients on their way there", coming, dtype.bytes(), dtype);
    }
    activations(sum, recipe, parts.files().config());
    if (gpu) {
      sum.add("reserve", "allocator and device context", RESERVE_OF_GPU);
    } else {
      sum.add("reserve", "allocator", RESERVE);
    }
    return new MemoryEstimate(sum.items);
  }

  /** Parameters of the adapters of all decoder layers' linear maps. */
  private static long adapters(Lora lora, ModelParts parts) {
    LlamaConfig text = parts.files().config().text();
    long hidden = text.hiddenSize();
    long queries = (long) text.numAttentionHeads() * text.headDim();
    long keys = (long) text.numKeyValueHeads() * text.headDim();
    long sides =
        2 * (hidden + queries) + 2 * (hidden + keys) + 3 * (hidden + text.intermediateSize());
    return text.numHiddenLayers() * sides * lora.rank();
  }

  private static void activations(Sum sum, Recipe recipe, LlavaSgConfig config) {
    LlamaConfig text = config.text();
    int element = recipe.machine().dtype().bytes();
    long rows =
        (long) recipe.course().microBatch()
            * Math.min(recipe.reading().maxLength(), text.maxPositionEmbeddings());
    long layer = layer(text, element) * rows;
    if (recipe.machine().activations() == Activations.RECOMPUTED) {
      long inputs = (text.numHiddenLayers() + 1L) * text.hiddenSize() * element * rows;
      sum.add(
          "inputs of decoder layers",
          "%,d layers × %,d positions".formatted(text.numHiddenLayers(), rows),
          inputs);
    } else {
      sum.add(
          "activations of decoder layers",
          "%,d layers × %,d positions".formatted(text.numHiddenLayers(), rows),
          text.numHiddenLayers() * layer);
    }
    // Of a layer that is run again: its values and, at worst, a gradient for each of them. The loss
    // comes before: logits in float32, their log-softmax, and its gradient.
    long again = 2 * layer;
    long loss = (long) text.vocabSize() * rows * (2L * element + 2 * Float.BYTES);
    if (again >= loss) {
      sum.add("one layer and its gradient", "%,d positions".formatted(rows), again);
    } else {
      sum.add(
          "logits and their gradient",
          "%,d positions × %,d tokens, if all are learned".formatted(rows, text.vocabSize()),
          loss);
    }
    long patches = (long) recipe.course().microBatch() * (config.vision().patches() + 1);
    sum.add(
        "a layer of the vision tower",
        "%,d patches".formatted(patches),
        patches
            * element
            * (8L * config.vision().hiddenSize() + 2L * config.vision().intermediateSize()));
  }

  /** Bytes that a decoder layer keeps for its gradient, for one position. */
  private static long layer(LlamaConfig text, int element) {
    long attention = (long) text.numAttentionHeads() * text.headDim();
    long keys = (long) text.numKeyValueHeads() * text.headDim();
    // Two norms in float32 with their results; queries and keys before and after turning, values;
    // attention's result and its projection; two sums; gate, its activation, up, their product.
    long norms = 2L * text.hiddenSize() * (Float.BYTES + element);
    long attending = (3 * attention + 3 * keys) * element;
    long sums = 4L * text.hiddenSize() * element;
    return norms + attending + sums + 4L * text.intermediateSize() * element;
  }

  /**
   * Refuses a machine that is too small.
   *
   * @param present its memory, in bytes
   * @throws LlavaSgException resources, with what is lacking and what may help
   */
  public void require(long present) {
    if (bytes() > present) {
      throw LlavaSgException.resources(
          "the training needs about %.1f GB, and there are %.1f GB: a smaller micro_batch or"
              + " max_length, activations: recomputed, dtype: bf16 or lora may do (--dry-run shows"
              + " the sum; --ignore-memory goes on all the same)",
          bytes() / 1e9, present / 1e9);
    }
  }

  /** Adds up. */
  private static final class Sum {
    private final List<Item> items = new ArrayList<>();

    void numbers(String what, long count, int bytes, DType dtype) {
      if (count > 0) {
        add(
            what,
            "%,d × %d bytes (%s)".formatted(count, bytes, dtype.name().toLowerCase(Locale.ROOT)),
            count * bytes);
      }
    }

    void add(String what, String how, long bytes) {
      items.add(new Item(what, how, bytes));
    }
  }
}
