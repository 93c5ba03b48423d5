package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Ability;
import io.llavasg.mini.world.Category;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Colour;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Pattern;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.mini.world.Tone;
import io.llavasg.mini.world.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes multiple choices about a scene; wrong options are wrong beyond doubt. */
public final class Choices {
  private static final int MOST_OPTIONS = 4;

  private final SceneFacts facts;
  private final Split split;
  private final Chance chance;

  /** A choice before its template is chosen and its options are mixed. */
  record Draft(
      String category, List<String> slots, String right, List<String> wrong, boolean reserved) {
    static Draft of(String category, String right, List<String> wrong, String... slots) {
      return new Draft(category, List.of(slots), right, wrong, false);
    }

    static Draft of(Candidate candidate, List<String> wrong) {
      return new Draft(
          candidate.type().key(),
          candidate.slots(),
          candidate.answer(),
          wrong,
          candidate.pairReserved());
    }
  }

  /** Choices about a scene. */
  public Choices(Scene scene, Split split, Chance chance) {
    this.facts = new SceneFacts(scene);
    this.split = split;
    this.chance = chance;
  }

  /** A choice that needs a skill, or none if the scene has none. */
  public Optional<Choice> drawn(Skill skill) {
    List<Draft> drafts = offered(skill);
    if (drafts.isEmpty()) {
      return Optional.empty();
    }
    String category = chance.pick(drafts.stream().map(Draft::category).distinct().toList());
    return Optional.of(
        mixed(
            skill, chance.pick(drafts.stream().filter(d -> d.category.equals(category)).toList())));
  }

  /** All that the scene has for a skill and the split may show. */
  List<Draft> offered(Skill skill) {
    return drafts(skill).stream()
        .filter(draft -> split == Split.TEST || !draft.reserved)
        .filter(draft -> !draft.wrong.isEmpty())
        .toList();
  }

  /** A choice of a draft: a template, and options in chance order. */
  Choice mixed(Skill skill, Draft draft) {
    SequencedSet<String> options = new LinkedHashSet<>(List.of(draft.right));
    for (String wrong : draft.wrong) {
      if (options.size() < MOST_OPTIONS) {
        options.add(wrong);
      }
    }
    List<String> mixed = chance.shuffled(List.copyOf(options));
    Template template = Template.drawn(draft.category, split, chance);
    return new Choice(
        skill,
        draft.category,
        template,
        template.filled(draft.slots),
        mixed,
        mixed.indexOf(draft.right),
        draft.reserved);
  }

  private List<Draft> drafts(Skill skill) {
    return switch (skill) {
      case LOGICAL_REASONING -> logical();
      case ATTRIBUTE_REASONING -> attributes();
      case RELATION_REASONING -> relations();
      case SINGLE_INSTANCE -> single();
      case CROSS_INSTANCE -> cross();
      case COARSE -> coarse();
    };
  }

  private List<Draft> logical() {
    List<Draft> drafts = new ArrayList<>();
    for (Kind kind : facts.scene().kinds()) {
      int count = facts.count(kind);
      String without = count == 1 ? kind.word() : kind.plural();
      drafts.add(
          Draft.of(
              "left_over",
              Integer.toString(facts.size() - count),
              numbers(facts.size() - count),
              without));
      for (Kind other : facts.scene().kinds()) {
        int more = count - facts.count(other);
        if (more > 0) {
          drafts.add(
              Draft.of(
                  "more_by", Integer.toString(more), numbers(more), kind.plural(), other.plural()));
        }
      }
    }
    return drafts;
  }

  /** Numbers next to the right one. */
  private List<String> numbers(int right) {
    List<Integer> near =
        IntStream.rangeClosed(Math.max(0, right - 3), Math.min(Scene.MOST, right + 3))
            .filter(number -> number != right)
            .boxed()
            .toList();
    return chance.shuffled(near).stream().map(String::valueOf).toList();
  }

  private List<Draft> attributes() {
    List<Draft> drafts = new ArrayList<>();
    for (Ability ability : Ability.values()) {
      List<Kind> able = ability.kinds().stream().filter(facts::has).toList();
      if (able.size() == 1 && ability.doubtful().stream().noneMatch(facts::has)) {
        drafts.add(Draft.of("able", able.getFirst().word(), unable(ability), ability.phrase()));
      }
    }
    for (Thing thing : facts.things()) {
      Category category = thing.kind().category();
      if (facts.count(thing.colour()) == 1 && Category.NAMED.contains(category)) {
        drafts.add(
            Draft.of(
                "what_is",
                Words.withArticle(category.word()),
                others(Category.NAMED, category).stream()
                    .map(other -> Words.withArticle(other.word()))
                    .toList(),
                thing.colour().word() + " thing"));
      }
    }
    return drafts;
  }

  /** Who is there and is not able, and who is able and is not there. */
  private List<String> unable(Ability ability) {
    List<Kind> there =
        facts.scene().kinds().stream().filter(kind -> !ability.kinds().contains(kind)).toList();
    List<Kind> absentAble =
        ability.kinds().stream().filter(kind -> !facts.has(kind)).limit(1).toList();
    List<Kind> absent =
        facts.absent().stream()
            .filter(kind -> !ability.kinds().contains(kind))
            .filter(kind -> !ability.doubtful().contains(kind))
            .toList();
    return Stream.of(
            chance.shuffled(there).stream().limit(2),
            absentAble.stream(),
            chance.shuffled(absent).stream())
        .flatMap(kinds -> kinds)
        .map(Kind::word)
        .toList();
  }

  private List<Draft> relations() {
    List<Draft> drafts = new ArrayList<>();
    for (Candidate candidate : RelationQuestions.twoHop(facts)) {
      drafts.add(Draft.of(candidate, kinds(candidate.answer())));
    }
    for (Candidate candidate : RelationQuestions.related(facts)) {
      String relation = candidate.slots().getFirst();
      if (Stream.of(Relation.INSIDE, Relation.ON, Relation.BEHIND)
          .anyMatch(contact -> contact.word().equals(relation))) {
        drafts.add(Draft.of(candidate, kinds(candidate.answer())));
      }
    }
    return drafts;
  }

  /** Other kinds, those that are there first. */
  private List<String> kinds(String right) {
    return Stream.concat(
            chance.shuffled(facts.scene().kinds()).stream(),
            chance.shuffled(facts.absent()).stream())
        .map(Kind::word)
        .filter(word -> !word.equals(right))
        .toList();
  }

  private List<Draft> single() {
    List<Draft> drafts = new ArrayList<>();
    for (Candidate candidate : ThingQuestions.color(facts)) {
      drafts.add(Draft.of(candidate, colours(candidate.answer())));
    }
    for (Candidate candidate : ThingQuestions.kind(facts)) {
      drafts.add(Draft.of(candidate, kinds(candidate.answer())));
    }
    for (int i : facts.named()) {
      String name = facts.name(i);
      ThingQuestions.quarter(facts.thing(i))
          .ifPresent(
              quarter ->
                  drafts.add(
                      Draft.of(
                          "position",
                          quarter,
                          others(
                              List.of("top left", "top right", "bottom left", "bottom right"),
                              quarter),
                          name)));
    }
    return drafts;
  }

  private List<String> colours(String right) {
    return Stream.concat(
            chance.shuffled(facts.things()).stream().map(Thing::colour),
            chance.shuffled(Colour.ALL).stream())
        .map(Colour::word)
        .filter(word -> !word.equals(right))
        .distinct()
        .toList();
  }

  private List<Draft> cross() {
    List<Draft> drafts = new ArrayList<>();
    for (int subject : facts.named()) {
      for (int object : facts.named()) {
        if (subject != object) {
          addPlacement(drafts, subject, object);
        }
      }
    }
    for (Candidate candidate : RelationQuestions.larger(facts)) {
      drafts.add(Draft.of(candidate, twoOf(candidate)));
    }
    for (Candidate candidate : RelationQuestions.relatedColor(facts)) {
      drafts.add(Draft.of(candidate, colours(candidate.answer())));
    }
    return drafts;
  }

  private static List<String> twoOf(Candidate larger) {
    return larger.slots().stream().filter(slot -> !slot.equals(larger.answer())).toList();
  }

  private void addPlacement(List<Draft> drafts, int subject, int object) {
    Optional<Relation> placement = facts.geometry().placement(subject, object);
    if (placement.isPresent()) {
      List<String> wrong =
          chance.shuffled(Relation.PLACEMENTS).stream()
              .filter(other -> facts.verdict(other, subject, object) == Verdict.FAILS)
              .map(Relation::word)
              .toList();
      drafts.add(
          new Draft(
              "placement",
              List.of(facts.name(subject), facts.name(object)),
              placement.get().word(),
              wrong,
              facts.pair(subject, placement.get(), object).isReserved()));
    }
  }

  private List<Draft> coarse() {
    List<Draft> drafts = new ArrayList<>();
    Pattern pattern = facts.scene().pattern();
    drafts.add(
        Draft.of(
            "background",
            pattern.word(),
            others(List.of(Pattern.values()), pattern).stream().map(Pattern::word).toList()));
    Tone tone = facts.scene().tone();
    drafts.add(
        Draft.of(
            "tone",
            tone.word(),
            others(List.of(Tone.values()), tone).stream().map(Tone::word).toList()));
    for (Category category : Category.NAMED) {
      if (2 * facts.count(category) > facts.size()) {
        drafts.add(
            Draft.of(
                "most",
                category.plural(),
                others(Category.NAMED, category).stream().map(Category::plural).toList()));
      }
    }
    return drafts;
  }

  private <T> List<T> others(List<T> all, T right) {
    return chance.shuffled(all.stream().filter(other -> !other.equals(right)).toList());
  }
}
