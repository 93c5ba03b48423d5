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
import java.util.Comparator;
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

  /**
   * Share of conversations that first ask for each thing's description again: many tokens that can
   * be found in the text above.
   */
  private static final double RETOLD = .6;

  /** Share of conversations about few things, of which one is found more easily. */
  private static final double SMALL = .7;

  /** After so many questions about a scene there is no further lesson. */
  private static final int MOST_QUESTIONS = 8;

  /**
   * Document {@code number}: a conversation about a scene that the user describes, so that every
   * answer follows from the text before it; one of ten is common sense. Several lessons are asked
   * of one description, since reading it is most of the work.
   */
  public List<Turn> conversation(long number) {
    Chance chance = Chance.of(seed).split("corpus").split(number);
    if (chance.below(10) == 0) {
      return Lessons.fact(chance).turns();
    }
    Scene scene = chance.happens(SMALL) ? smallest(chance) : SCENES.scene(chance.next());
    List<Turn> turns = new ArrayList<>();
    if (chance.happens(RETOLD)) {
      turns.addAll(Descriptions.turns(scene, scene.things().size(), chance));
    }
    int enough = turns.size() + 2 * (1 + chance.below(MOST_QUESTIONS));
    while (turns.size() < enough) {
      turns.addAll(lesson(scene, chance).turns());
    }
    turns.set(0, Turn.user(described(scene, chance) + "\n" + turns.getFirst().text()));
    return turns;
  }

  private static Scene smallest(Chance chance) {
    return Stream.generate(() -> SCENES.scene(chance.next()))
        .limit(3)
        .min(Comparator.comparingInt(scene -> scene.things().size()))
        .orElseThrow();
  }

  private static Lesson lesson(Scene scene, Chance chance) {
    return chance.below(4) == 0
        ? Lessons.relationOfText(scene, chance).orElseGet(() -> Lessons.ofText(scene, chance))
        : Lessons.ofText(scene, chance);
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
      things.add(Descriptions.phrase(thing));
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
}
