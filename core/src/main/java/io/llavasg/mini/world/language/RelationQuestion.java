package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A question of relation classification: what stands between two things.
 *
 * @param subject what the text calls the one thing
 * @param object what it calls the other
 * @param predicate the one answer
 * @param source which family of relations it is from; the paper's are data sets
 */
public record RelationQuestion(
    Template template,
    String text,
    String subject,
    String object,
    Relation predicate,
    Source source,
    boolean pairReserved) {

  /** Families of relations. */
  public enum Source {
    /** Inside, on, behind: the things touch. */
    CONTACT("contact", 8),
    /** The four directions, and near. */
    PLACEMENT("placement", 4),
    /** Larger, smaller. */
    SIZE("size", 1);

    private final String key;

    /**
     * How often training asks where a scene has all: few have contact, and sizes are told apart at
     * once.
     */
    private final int share;

    Source(String key, int share) {
      this.key = key;
      this.share = share;
    }

    /** The name in files. */
    public String key() {
      return key;
    }

    static Source of(Relation relation) {
      return switch (relation) {
        case INSIDE, ON, BEHIND -> CONTACT;
        case LARGER, SMALLER -> SIZE;
        default -> PLACEMENT;
      };
    }
  }

  /** Which part of the test it belongs to. */
  public TestPart part() {
    return TestPart.of(template.reserved(), pairReserved);
  }

  /**
   * A question about a scene, or none if nothing is clear: the family is drawn first, then the
   * predicate, then how long the things' names are, then the pair.
   */
  public static Optional<RelationQuestion> drawn(Scene scene, Split split, Chance chance) {
    return drawn(pairs(new SceneFacts(scene), split), split, Wording.SENTENCES, chance);
  }

  /** One of those about a scene's pairs. */
  static Optional<RelationQuestion> drawn(
      List<Pair> pairs, Split split, Wording wording, Chance chance) {
    if (pairs.isEmpty()) {
      return Optional.empty();
    }
    List<Source> sources = pairs.stream().map(Pair::source).distinct().toList();
    Source source =
        sources.get(chance.weighted(sources.stream().mapToInt(it -> it.share).toArray()));
    List<Pair> ofSource = pairs.stream().filter(pair -> pair.source() == source).toList();
    List<Relation> predicates = ofSource.stream().map(Pair::relation).distinct().toList();
    Relation predicate =
        predicates.get(
            chance.weighted(predicates.stream().mapToInt(RelationQuestion::share).toArray()));
    List<Pair> meant = ofSource.stream().filter(pair -> pair.relation() == predicate).toList();
    int words = chance.pick(meant.stream().map(Pair::words).distinct().toList());
    Pair pair = chance.pick(meant.stream().filter(p -> p.words() == words).toList());
    return Optional.of(pair.asked(split, wording, chance));
  }

  /**
   * How often it is asked beside others of its family: what fewer scenes have oftener, so that
   * answers are about as frequent as one another.
   */
  private static int share(Relation relation) {
    return relation == Relation.NEAR || relation == Relation.ON ? 2 : 1;
  }

  /** Two things of which one relation holds. */
  record Pair(String subject, Relation relation, String object, boolean isReserved) {
    Source source() {
      return Source.of(relation);
    }

    /** Of the longer name. */
    int words() {
      return Math.max(subject.split(" ").length, object.split(" ").length);
    }

    RelationQuestion asked(Split split, Wording wording, Chance chance) {
      String key = wording.key(source() == Source.SIZE ? "comparison" : "placement");
      Template template = Template.drawn(key, split, chance);
      return new RelationQuestion(
          template,
          template.filled(List.of(subject, object)),
          subject,
          object,
          relation,
          source(),
          isReserved);
    }
  }

  static List<Pair> pairs(SceneFacts facts, Split split) {
    List<Pair> pairs = new ArrayList<>();
    for (int subject : facts.named()) {
      for (int object : facts.named()) {
        if (subject != object) {
          facts
              .geometry()
              .placement(subject, object)
              .ifPresent(r -> add(pairs, facts, subject, r, object, split));
          boolean sizeSaid =
              facts.name(subject).split(" ").length > 2 || facts.name(object).split(" ").length > 2;
          if (!sizeSaid) {
            facts
                .geometry()
                .comparison(subject, object)
                .ifPresent(r -> add(pairs, facts, subject, r, object, split));
          }
        }
      }
    }
    return pairs;
  }

  private static void add(
      List<Pair> pairs, SceneFacts facts, int subject, Relation relation, int object, Split split) {
    boolean reserved = facts.pair(subject, relation, object).isReserved();
    if (split == Split.TEST || !reserved) {
      pairs.add(new Pair(facts.name(subject), relation, facts.name(object), reserved));
    }
  }
}
