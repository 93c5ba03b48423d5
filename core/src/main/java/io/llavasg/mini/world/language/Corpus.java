package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.text.Role;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The world in text alone, for tokenizers and language models: of training scenes only. A document
 * is a matter of seed and number, whatever was read before; any thread may read.
 *
 * @param seed of all documents
 */
public record Corpus(long seed) {
  private static final SceneGenerator SCENES = new SceneGenerator(Split.TRAIN);

  /** How far from the middle a thing is said to be at a side. */
  private static final double THIRD = 1 / 6.0;

  /**
   * Document {@code number}: a conversation about a scene that the user describes, so that every
   * answer follows from the text before it; one of ten is common sense.
   */
  public List<Turn> conversation(long number) {
    Chance chance = Chance.of(seed).split("corpus").split(number);
    if (chance.below(10) == 0) {
      return Lessons.fact(chance).turns();
    }
    Scene scene = SCENES.scene(chance.next());
    List<Turn> turns = new ArrayList<>();
    turns.addAll(
        chance.below(4) == 0
            ? Lessons.relation(scene, chance)
                .orElseGet(() -> Lessons.instruction(scene, chance))
                .turns()
            : Lessons.instruction(scene, chance).turns());
    turns.set(0, Turn.user(described(scene, chance) + "\n" + turns.getFirst().text()));
    return turns;
  }

  /** Document {@code number} as a plain text: a caption, or a conversation without its template. */
  public String text(long number) {
    Chance chance = Chance.of(seed).split("text").split(number);
    if (chance.below(3) == 0) {
      return Captions.drawn(SCENES.scene(chance.next()), Split.TRAIN, chance);
    }
    List<String> lines = new ArrayList<>();
    for (Turn turn : conversation(number)) {
      lines.add((turn.role() == Role.USER ? "USER: " : "ASSISTANT: ") + turn.text());
    }
    return String.join(" ", lines);
  }

  /** The first {@code count} texts. */
  public Stream<String> texts(long count) {
    return LongStream.range(0, count).mapToObj(this::text);
  }

  /** Everything that is there, with size and place, the background, and some relations. */
  static String described(Scene scene, Chance chance) {
    List<String> things = new ArrayList<>();
    for (Thing thing : scene.things()) {
      things.add(Words.withArticle(thing.magnitude().word() + " " + thing.name()) + place(thing));
    }
    StringBuilder text = new StringBuilder(Words.sentence(Words.joined(things)));
    text.append(
        ", on %s %s background."
            .formatted(Words.withArticle(scene.tone().word()), scene.pattern().word()));
    SceneFacts facts = new SceneFacts(scene);
    for (int i = 0; i < 3; i++) {
      stated(facts, chance).ifPresent(statement -> text.append(' ').append(statement));
    }
    return text.toString();
  }

  private static Optional<String> stated(SceneFacts facts, Chance chance) {
    List<Integer> named = facts.named();
    if (named.size() < 2) {
      return Optional.empty();
    }
    int subject = chance.pick(named);
    int object = chance.pick(named);
    Optional<Relation> relation =
        subject == object ? Optional.empty() : facts.geometry().placement(subject, object);
    return relation
        .filter(placed -> !facts.pair(subject, placed, object).isReserved())
        .map(
            placed ->
                "The %s is %s the %s."
                    .formatted(facts.name(subject), placed.word(), facts.name(object)));
  }

  private static String place(Thing thing) {
    String row = thing.y() < .5 - THIRD ? "top" : thing.y() > .5 + THIRD ? "bottom" : "";
    String column = thing.x() < .5 - THIRD ? "left" : thing.x() > .5 + THIRD ? "right" : "";
    String place = (row + " " + column).strip();
    return place.isEmpty() ? " in the middle" : " at the " + place;
  }
}
