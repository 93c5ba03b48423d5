package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The questions that a scene has a clear answer to.
 *
 * <p>In training no reserved template and no reserved pair is used; a test may use all.
 */
public final class Questions {
  private final SceneFacts facts;
  private final Split split;
  private final Wording wording;
  private final Chance chance;

  /**
   * Questions about a scene.
   *
   * @param chance decides which
   */
  public Questions(Scene scene, Split split, Chance chance) {
    this(new SceneFacts(scene), split, Wording.SENTENCES, chance);
  }

  Questions(SceneFacts facts, Split split, Chance chance) {
    this(facts, split, Wording.SENTENCES, chance);
  }

  Questions(SceneFacts facts, Split split, Wording wording, Chance chance) {
    this.facts = facts;
    this.split = split;
    this.wording = wording;
    this.chance = chance;
  }

  /**
   * A question of a type, or none if the scene has none: first what it is about is drawn, then the
   * answer, each with the same chance, then a question that has it. One that is answered by yes or
   * no is drawn only where the scene has both to offer.
   */
  public Optional<Question> drawn(QuestionType type) {
    List<Map<String, List<Candidate>>> groups = groups(type);
    if (groups.isEmpty()) {
      return Optional.empty();
    }
    Map<String, List<Candidate>> byAnswer = chance.pick(groups);
    if (tooEasy(type, byAnswer)) {
      return Optional.empty();
    }
    String answer = chance.pick(List.copyOf(byAnswer.keySet()));
    return Optional.of(asked(chance.pick(byAnswer.getOrDefault(answer, List.of()))));
  }

  /** A question of any type but those that the scene has none of. */
  public Question any() {
    while (true) {
      Optional<Question> question = drawn(QuestionType.drawn(QuestionType.ALL, chance));
      if (question.isPresent()) {
        return question.get();
      }
    }
  }

  /** So few scenes have many of a thing that one would be the answer to most counts. */
  private boolean tooEasy(QuestionType type, Map<String, List<Candidate>> byAnswer) {
    return type == QuestionType.COUNT
        && byAnswer.keySet().stream().allMatch(answer -> answer.compareTo("2") <= 0)
        && chance.happens(.6);
  }

  /**
   * All questions of a type, in their groups, by their answers. Those of a training scene name no
   * reserved pair; groups of yes or no have both.
   */
  List<Map<String, List<Candidate>>> groups(QuestionType type) {
    Map<String, Map<String, List<Candidate>>> groups = new LinkedHashMap<>();
    for (Candidate candidate : candidates(type)) {
      if (split == Split.TEST || !candidate.pairReserved()) {
        groups
            .computeIfAbsent(
                split == Split.TEST ? candidate.group() : candidate.topic(),
                key -> new LinkedHashMap<>())
            .computeIfAbsent(candidate.answer(), key -> new ArrayList<>())
            .add(candidate);
      }
    }
    return groups.values().stream()
        .filter(byAnswer -> !type.isBinary() || byAnswer.size() == 2)
        .toList();
  }

  /** A question in the words of one of its type's templates. */
  Question asked(Candidate candidate) {
    Template template = Template.drawn(wording.key(candidate.type().key()), split, chance);
    return new Question(
        candidate.type(),
        template,
        template.filled(candidate.slots()),
        candidate.answer(),
        candidate.pairReserved());
  }

  private List<Candidate> candidates(QuestionType type) {
    return switch (type) {
      case EXISTS -> ThingQuestions.exists(facts, chance);
      case ATTRIBUTE -> ThingQuestions.attribute(facts, chance);
      case COLOR -> ThingQuestions.color(facts);
      case SIZE -> ThingQuestions.size(facts);
      case KIND -> ThingQuestions.kind(facts);
      case CATEGORY -> ThingQuestions.category(facts);
      case SIDE -> ThingQuestions.side(facts);
      case BACKGROUND -> ThingQuestions.background(facts);
      case TONE -> ThingQuestions.tone(facts);
      case COUNT -> CountQuestions.count(facts, chance);
      case MORE -> CountQuestions.more(facts);
      case BOTH -> CountQuestions.both(facts, chance);
      case EITHER -> CountQuestions.either(facts, chance);
      case RELATION -> RelationQuestions.relation(facts);
      case RELATED -> RelationQuestions.related(facts);
      case RELATED_COLOR -> RelationQuestions.relatedColor(facts);
      case TWO_HOP -> RelationQuestions.twoHop(facts);
      case EITHER_WAY -> RelationQuestions.eitherWay(facts);
      case SAME_COLOR -> RelationQuestions.sameColor(facts);
      case LARGER -> RelationQuestions.larger(facts);
    };
  }
}
