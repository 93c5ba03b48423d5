package io.llavasg.train.recipe;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/** The keys of a recipe, each with what it is where a recipe is silent, and why. */
enum RecipeKey {
  DESCRIPTION("", ""),
  MODEL,
  OUT,
  DATA,
  TEMPLATE("vicuna_v1", "LLaVA-1.5's fine-tuning"),
  ASPECT_RATIO("pad", "LLaVA-1.5's fine-tuning"),
  SCENE_GRAPH("true", "this project"),
  MAX_LENGTH("2048", "LLaVA-1.5"),
  GROUPING("modality_and_length", "LLaVA-1.5's fine-tuning"),
  TRAINABLE,
  LORA("null", "no adapters"),
  LEARNING_RATE,
  LEARNING_RATES("{}", "one rate for all"),
  WARMUP_RATIO("0.03", "LLaVA-1.5"),
  WEIGHT_DECAY("0", "LLaVA-1.5"),
  BETA1("0.9", "AdamW's default, LLaVA-1.5"),
  BETA2("0.999", "AdamW's default, LLaVA-1.5"),
  EPSILON("1e-8", "AdamW's default, LLaVA-1.5"),
  CLIP("1.0", "LLaVA-1.5"),
  MUON("null", "AdamW moves everything"),
  BATCH,
  MICRO_BATCH("1", "this project; a larger one is faster where memory allows"),
  EPOCHS("1", "LLaVA-1.5"),
  STEPS("null", "as many as the epochs have"),
  DTYPE("bf16", "LLaVA-1.5"),
  ACTIVATIONS("recomputed", "LLaVA-1.5's gradient checkpointing"),
  NON_FINITE("stop", "this project"),
  BROKEN_SAMPLES("stop", "this project"),
  SAVE_EVERY("500", "this project"),
  SAVE_KEEP("2", "this project"),
  DECODERS("2", "this project"),
  DEVICE("auto", "this project"),
  SEED("42", "LLaVA-1.5, transformers' default");

  /** Keys of an element of {@code data}. */
  static final Set<String> DATA_KEYS = Set.of("file", "samples", "images", "entities");

  /** All of them have to be there. */
  static final Set<String> MUON_KEYS =
      new TreeSet<>(List.of("learning_rate", "momentum", "modules"));

  static final Set<String> LORA_KEYS = Set.of("rank", "alpha", "dropout");

  private final Optional<String> standard;
  private final String origin;

  /** A key that a recipe has to have. */
  RecipeKey() {
    standard = Optional.empty();
    origin = "";
  }

  RecipeKey(String standard, String origin) {
    this.standard = Optional.of(standard);
    this.origin = origin;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** YAML of the value where a recipe is silent; empty if it must not be. */
  Optional<String> standard() {
    return standard;
  }

  /** Where {@link #standard} comes from. */
  String origin() {
    return origin;
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(RecipeKey::key).toList();
  }

  /** What somebody may have meant. */
  static String nearest(String wrong, Iterable<String> known) {
    return StreamSupport.stream(known.spliterator(), false)
        .sorted()
        .min(Comparator.comparingInt(key -> distance(wrong.toLowerCase(Locale.ROOT), key)))
        .orElseThrow();
  }

  /** Letters to insert, delete or change (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
