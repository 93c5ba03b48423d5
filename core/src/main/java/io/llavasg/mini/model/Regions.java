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
 * is said of it.
 *
 * @param saidOf all things, each time by one detail alone
 */
record Regions(RegionPooling pooling, List<Naming> saidOf) {
  /** Tokens of a phrase, begin and end included: a few words, spelled if need be. */
  private static final int LONGEST = 32;

  /**
   * What things are called.
   *
   * @param named the phrase of each thing
   * @param phrases each once
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Naming(long[] named, Texts phrases) {
    Tensor namedTensor() {
      return Tensor.of(named, named.length);
    }
  }

  /** What a phrase tells of a thing. */
  enum Detail {
    KIND(thing -> thing.kind().word()),
    COLOUR(Thing::name),
    SIZE(thing -> thing.magnitude().word() + " " + thing.name()),
    PLACE(Place::fine);

    private final Function<Thing, String> phrase;

    Detail(Function<Thing, String> phrase) {
      this.phrase = phrase;
    }
  }

  /**
   * @param details what is said of the things, each by itself
   * @param grid patches of a side
   */
  static Regions of(
      List<Scene> scenes,
      SceneRenderer renderer,
      List<Detail> details,
      int grid,
      Tokenizer tokenizer) {
    List<Thing> things = scenes.stream().flatMap(scene -> scene.things().stream()).toList();
    return new Regions(
        RegionPooling.of(scenes.stream().map(renderer::masks).toList(), grid),
        details.stream().map(detail -> naming(things, detail, tokenizer)).toList());
  }

  private static Naming naming(List<Thing> things, Detail detail, Tokenizer tokenizer) {
    Map<String, Long> phrases = new LinkedHashMap<>();
    long[] named =
        things.stream()
            .map(detail.phrase)
            .mapToLong(text -> phrases.computeIfAbsent(text, next -> (long) phrases.size()))
            .toArray();
    return new Naming(named, Texts.of(List.copyOf(phrases.keySet()), tokenizer, LONGEST));
  }
}
