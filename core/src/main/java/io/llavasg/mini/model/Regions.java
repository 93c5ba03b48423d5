package io.llavasg.mini.model;

import io.llavasg.graph.Mask;
import io.llavasg.mini.RegionPooling;
import io.llavasg.mini.world.Contact;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Square;
import io.llavasg.mini.world.Thing;
import io.llavasg.tensor.Tensor;
import io.llavasg.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Regions of a batch of scenes, in plain Java: which patches each covers, and what is said of it.
 *
 * @param saidOf all regions, each time by one detail alone
 */
record Regions(RegionPooling pooling, List<Naming> saidOf) {
  /** Tokens of a phrase, begin and end included: a few words, spelled if need be. */
  private static final int LONGEST = 32;

  /** How much of a thing a phrase tells. */
  private record Saying(String phrase, double share) {
    static List<Saying> one(String phrase) {
      return List.of(new Saying(phrase, 1));
    }
  }

  /** What is told of the things. */
  enum Detail {
    KIND(ofEach(thing -> Saying.one(thing.kind().word()))),
    COLOUR(ofEach(thing -> Saying.one(thing.name()))),
    SIZE(ofEach(thing -> Saying.one(thing.magnitude().word() + " " + thing.name()))),
    PLACE(ofEach(Detail::place)),
    CONTACT(
        scene ->
            Contact.of(scene).stream()
                .map(contact -> Saying.one(contact.word().orElse("apart")))
                .toList());

    /** A scene → the sayings of each of its things. */
    private final Function<Scene, List<List<Saying>>> told;

    Detail(Function<Scene, List<List<Saying>>> told) {
      this.told = told;
    }

    private static Function<Scene, List<List<Saying>>> ofEach(Function<Thing, List<Saying>> told) {
      return scene -> scene.things().stream().map(told).toList();
    }

    /** Partly one square, partly the next: so features tell a place to more than a square. */
    private static List<Saying> place(Thing thing) {
      return Square.around(thing).stream()
          .map(part -> new Saying(Place.fine(part.square()), part.share()))
          .toList();
    }
  }

  /**
   * What regions are called.
   *
   * @param shares (regions, phrases): how much of a region each phrase tells, 1 in all
   * @param phrases each once
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Naming(float[] shares, Texts phrases) {
    private static Naming of(List<List<Saying>> things, Tokenizer tokenizer) {
      List<String> phrases =
          things.stream().flatMap(List::stream).map(Saying::phrase).distinct().toList();
      float[] shares = new float[things.size() * phrases.size()];
      for (int i = 0; i < things.size(); i++) {
        for (Saying saying : things.get(i)) {
          shares[i * phrases.size() + phrases.indexOf(saying.phrase)] = (float) saying.share;
        }
      }
      return new Naming(shares, Texts.of(phrases, tokenizer, LONGEST));
    }

    /** How many are called something. */
    int regions() {
      return shares.length / phrases.size();
    }

    Tensor shareTensor() {
      return Tensor.of(shares, regions(), phrases.size());
    }

    /** Of each region the phrase that tells most. */
    long[] most() {
      return shareTensor().argmax(1).toLongs();
    }
  }

  /**
   * Of all things.
   *
   * @param masks of each scene's things
   * @param details what is said of them, each by itself
   * @param grid patches of a side
   */
  static Regions ofThings(
      List<Scene> scenes,
      List<List<Mask>> masks,
      List<Detail> details,
      int grid,
      Tokenizer tokenizer) {
    return new Regions(
        RegionPooling.of(masks, grid),
        details.stream().map(detail -> naming(scenes, detail, tokenizer)).toList());
  }

  /** What is seen of each background, and what it is like, such as {@code light striped}. */
  static Regions ofBackgrounds(
      List<Scene> scenes, List<List<Mask>> masks, int grid, Tokenizer tokenizer) {
    List<List<Saying>> said =
        scenes.stream()
            .map(scene -> Saying.one(scene.tone().word() + " " + scene.pattern().word()))
            .toList();
    return new Regions(
        RegionPooling.of(masks.stream().map(things -> List.of(rest(things))).toList(), grid),
        List.of(Naming.of(said, tokenizer)));
  }

  /** What none of the masks covers. */
  private static Mask rest(List<Mask> masks) {
    Mask all = masks.stream().reduce(Mask::union).orElseThrow();
    byte[] pixels = all.rowMajor();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (1 - pixels[i]);
    }
    return Mask.ofRowMajor(all.width(), all.height(), pixels);
  }

  private static Naming naming(List<Scene> scenes, Detail detail, Tokenizer tokenizer) {
    List<List<Saying>> things = new ArrayList<>();
    scenes.stream().map(detail.told).forEach(things::addAll);
    return Naming.of(things, tokenizer);
  }
}
