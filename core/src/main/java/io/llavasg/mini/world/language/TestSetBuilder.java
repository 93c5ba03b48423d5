package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Goes through the scenes of a test once, and asks what its sets need most. */
final class TestSetBuilder {
  private static final Set<QuestionType> YES_OR_NO =
      Set.of(QuestionType.EXISTS, QuestionType.ATTRIBUTE, QuestionType.RELATION);

  private static final Set<QuestionType> OTHER =
      Set.of(
          QuestionType.COLOR,
          QuestionType.SIZE,
          QuestionType.KIND,
          QuestionType.CATEGORY,
          QuestionType.SIDE,
          QuestionType.BACKGROUND,
          QuestionType.TONE);

  private static final Set<QuestionType> COMPOSITIONAL =
      Set.of(
          QuestionType.ATTRIBUTE,
          QuestionType.COLOR,
          QuestionType.CATEGORY,
          QuestionType.RELATION,
          QuestionType.RELATED,
          QuestionType.RELATED_COLOR,
          QuestionType.TWO_HOP,
          QuestionType.EITHER_WAY,
          QuestionType.SAME_COLOR,
          QuestionType.LARGER,
          QuestionType.MORE,
          QuestionType.BOTH,
          QuestionType.EITHER);

  private static final int POPE_QUESTIONS = 3;
  private static final int STATISTICS = 2000;

  private final Split split;
  private final Chance chance;
  private final List<OfScene<Question>> shortAnswers = new ArrayList<>();
  private final List<OfScene<Question>> compositional = new ArrayList<>();
  private final List<OfScene<Choice>> choices = new ArrayList<>();
  private final List<OfScene<PopeQuestion>> pope = new ArrayList<>();
  private final List<OfScene<List<String>>> captions = new ArrayList<>();
  private final List<OfScene<RelationQuestion>> relations = new ArrayList<>();
  private final QuestionBalance yesOrNo = new QuestionBalance(YES_OR_NO);
  private final QuestionBalance counts = new QuestionBalance(Set.of(QuestionType.COUNT));
  private final QuestionBalance others = new QuestionBalance(OTHER);
  private final QuestionBalance composed = new QuestionBalance(COMPOSITIONAL);
  private final Map<Skill, Integer> skills = new EnumMap<>(Skill.class);
  private final Balance<Choices.Draft> drafts =
      new Balance<>(
          draft -> draft.category() + draft.reserved(),
          Choices.Draft::right,
          draft -> draft.category() + draft.slots());
  private final Balance<RelationQuestion.Pair> pairs =
      new Balance<>(
          pair -> pair.source().key() + pair.isReserved(),
          pair -> pair.relation().word(),
          pair -> pair.subject() + " and " + pair.object());
  private final KindStatistics statistics = KindStatistics.ofTraining(STATISTICS);

  TestSetBuilder(Split split, Chance chance) {
    this.split = split;
    this.chance = chance;
  }

  void add(int index, Scene scene) {
    Chance own = chance.split("scene").split(index);
    SceneFacts facts = new SceneFacts(scene);
    Questions questions = new Questions(facts, split, own);
    for (QuestionBalance balance : List.of(yesOrNo, counts, others)) {
      balance
          .choose(questions, own)
          .ifPresent(question -> shortAnswers.add(new OfScene<>(index, question)));
    }
    for (int i = 0; i < 3; i++) {
      composed
          .choose(questions, own)
          .ifPresent(question -> compositional.add(new OfScene<>(index, question)));
    }
    for (int i = 0; i < 2; i++) {
      addChoice(index, scene, own.split(i));
    }
    addRelations(index, facts, own);
    addPope(index, scene, own.split("pope"));
    captions.add(new OfScene<>(index, Captions.references(scene, split, own)));
  }

  /** Of the skills, that with the fewest choices so far comes first. */
  private void addChoice(int index, Scene scene, Chance own) {
    Choices made = new Choices(scene, split, own);
    List<Skill> order = new ArrayList<>(own.shuffled(List.of(Skill.values())));
    order.sort(Comparator.comparingInt(skill -> skills.getOrDefault(skill, 0)));
    for (Skill skill : order) {
      List<Choices.Draft> offered = made.offered(skill);
      Optional<Choices.Draft> draft = Optional.empty();
      for (String category :
          own.shuffled(offered.stream().map(Choices.Draft::category).distinct().toList())) {
        List<Choices.Draft> of =
            offered.stream().filter(d -> d.category().equals(category)).toList();
        draft = draft.isPresent() ? draft : drafts.choose(of, own);
      }
      if (draft.isPresent()) {
        skills.merge(skill, 1, Integer::sum);
        choices.add(new OfScene<>(index, made.mixed(skill, draft.get())));
        return;
      }
    }
  }

  private void addRelations(int index, SceneFacts facts, Chance own) {
    List<RelationQuestion.Pair> all = RelationQuestion.pairs(facts, split);
    for (RelationQuestion.Source source : own.shuffled(contactFirst(all))) {
      List<RelationQuestion.Pair> of =
          QuestionBalance.preferred(
              all.stream().filter(pair -> pair.source() == source).toList(),
              RelationQuestion.Pair::isReserved,
              own);
      pairs
          .choose(of, own)
          .ifPresent(
              pair ->
                  relations.add(new OfScene<>(index, pair.asked(split, Wording.SENTENCES, own))));
    }
  }

  /** Contact wherever there is one, since it is rare, and one of the others. */
  private List<RelationQuestion.Source> contactFirst(List<RelationQuestion.Pair> all) {
    List<RelationQuestion.Source> sources =
        all.stream().map(RelationQuestion.Pair::source).distinct().sorted().toList();
    return sources.subList(0, Math.min(2, sources.size()));
  }

  private void addPope(int index, Scene scene, Chance own) {
    List<Kind> present = own.shuffled(scene.kinds());
    if (present.size() < POPE_QUESTIONS) {
      return;
    }
    for (PopeQuestion.Sampling sampling : PopeQuestion.Sampling.values()) {
      List<Kind> order =
          switch (sampling) {
            case RANDOM -> own.shuffled(Kind.ALL);
            case POPULAR -> statistics.popular();
            case ADVERSARIAL -> statistics.beside(present);
          };
      List<Kind> absent = order.stream().filter(kind -> !present.contains(kind)).toList();
      for (int i = 0; i < POPE_QUESTIONS; i++) {
        pope.add(new OfScene<>(index, new PopeQuestion(sampling, present.get(i), true)));
        pope.add(new OfScene<>(index, new PopeQuestion(sampling, absent.get(i), false)));
      }
    }
  }

  TestSets build(List<Scene> scenes) {
    return new TestSets(scenes, shortAnswers, compositional, choices, pope, captions, relations);
  }
}
