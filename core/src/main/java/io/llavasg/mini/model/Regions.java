package io.llavasg.mini.model;

import io.llavasg.mini.RegionPooling;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Thing;
import io.llavasg.tensor.Tensor;
import io.llavasg.text.Tokenizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What stands where in a batch of scenes, in plain Java: which patches each thing covers, and what
 * it is called.
 *
 * @param named the phrase of each thing
 * @param phrases each once
 */
@SuppressWarnings("ArrayRecordComponent")
record Regions(RegionPooling pooling, long[] named, Texts phrases) {
  /** Tokens of a phrase, begin and end included: three words, spelled if need be. */
  private static final int LONGEST = 32;

  /** How much a phrase tells of a thing; in one batch all tell as much. */
  enum Detail {
    KIND(thing -> thing.kind().word()),
    COLOUR(Thing::name),
    SIZE(thing -> thing.magnitude().word() + " " + thing.name());

    private final Function<Thing, String> phrase;

    Detail(Function<Thing, String> phrase) {
      this.phrase = phrase;
    }
  }

  /**
   * @param grid patches of a side
   */
  static Regions of(
      List<Scene> scenes, SceneRenderer renderer, Detail detail, int grid, Tokenizer tokenizer) {
    Map<String, Long> phrases = new LinkedHashMap<>();
    long[] named =
        scenes.stream()
            .flatMap(scene -> scene.things().stream())
            .map(detail.phrase)
            .mapToLong(text -> phrases.computeIfAbsent(text, next -> (long) phrases.size()))
            .toArray();
    return new Regions(
        RegionPooling.of(scenes.stream().map(renderer::masks).toList(), grid),
        named,
        Texts.of(List.copyOf(phrases.keySet()), tokenizer, LONGEST));
  }

  Tensor namedTensor() {
    return Tensor.of(named, named.length);
  }
}
