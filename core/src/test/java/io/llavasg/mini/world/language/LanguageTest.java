package io.llavasg.mini.world.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Colour;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneGeometry;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.mini.world.Verdict;
import io.llavasg.text.Role;
import io.llavasg.text.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What texts say is read back here by other code, and compared with the scene. */
class LanguageTest {
  private static final SceneGenerator TRAIN = new SceneGenerator(Split.TRAIN);
  private static final SceneGenerator TEST = new SceneGenerator(Split.TEST);

  private static final String NAME = "(?:\\w+ ){0,2}\\w+";
  private static final String PLACE = "left of|right of|above|below|near|inside|on|behind";

  /** A noun phrase, a relation, a noun phrase. */
  private static final Pattern STATED =
      Pattern.compile(
          "(?:the|an?) ((?:\\w+ ){0,2}\\w+)(?: is)? (left of|right of|above|below|near|inside|on|"
              + "behind) (?:the|an?) ((?:\\w+ ){0,2}\\w+)",
          Pattern.CASE_INSENSITIVE);

  private static Stream<Thing> named(Scene scene, String name) {
    List<String> words = List.of(name.split(" "));
    return scene.things().stream()
        .filter(
            thing ->
                words.stream()
                    .allMatch(
                        word ->
                            word.equals(thing.kind().word())
                                || word.equals(thing.kind().plural())
                                || word.equals(thing.colour().word())
                                || word.equals(thing.magnitude().word())
                                || word.equals(thing.kind().category().plural())
                                || word.equals("things")));
  }

  @Test
  void answersAreTrue() {
    int counts = 0;
    int relations = 0;
    for (int seed = 0; seed < 800; seed++) {
      Scene scene = TRAIN.scene(seed);
      Questions questions = new Questions(scene, Split.TRAIN, Chance.of(seed));
      Optional<Question> count = questions.drawn(QuestionType.COUNT);
      if (count.isPresent()) {
        String counted = slots("count", count.get().text(), NAME).getFirst();
        assertThat(count.get().answer()).isEqualTo(Long.toString(named(scene, counted).count()));
        counts++;
      }
      Question exists = questions.drawn(QuestionType.EXISTS).orElseThrow();
      String wanted =
          slots("exists", exists.text(), "an? " + NAME).getFirst().replaceFirst("an? ", "");
      assertThat(exists.answer())
          .isEqualTo(named(scene, wanted).findAny().isPresent() ? "yes" : "no");
      Optional<Question> relation = questions.drawn(QuestionType.RELATION);
      if (relation.isPresent()) {
        assertTrue(scene, relation.get());
        relations++;
      }
    }
    assertThat(counts).isGreaterThan(400);
    assertThat(relations).isGreaterThan(300);
  }

  private static void assertTrue(Scene scene, Question question) {
    List<String> slots = slots("relation", question.text(), NAME, PLACE, NAME);
    List<Thing> subject = named(scene, slots.get(0)).toList();
    List<Thing> object = named(scene, slots.get(2)).toList();
    assertThat(subject).hasSize(1);
    assertThat(object).hasSize(1);
    Verdict verdict =
        SceneGeometry.of(scene)
            .verdict(
                relation(slots.get(1)),
                scene.things().indexOf(subject.getFirst()),
                scene.things().indexOf(object.getFirst()));
    assertThat(verdict)
        .as(question.text())
        .isEqualTo(question.answer().equals("yes") ? Verdict.HOLDS : Verdict.FAILS);
  }

  /**
   * What stands in the slots of a training question, read by whichever of its templates fits.
   *
   * @param patterns of each slot, without groups
   */
  private static List<String> slots(String key, String text, String... patterns) {
    for (Template template : Template.of(key)) {
      String regex = template.text().replace("?", "\\?");
      for (int i = 0; i < patterns.length; i++) {
        regex = regex.replace("{" + i + "}", "(" + patterns[i] + ")");
      }
      Matcher matcher = Pattern.compile(regex).matcher(text);
      if (!template.reserved() && matcher.matches()) {
        return IntStream.range(0, patterns.length).mapToObj(i -> matcher.group(i + 1)).toList();
      }
    }
    throw new AssertionError("no template of " + key + " fits: " + text);
  }

  private static Relation relation(String word) {
    return Arrays.stream(Relation.values())
        .filter(relation -> relation.word().equals(word))
        .findFirst()
        .orElseThrow();
  }

  /** Everything that training can say: no reserved template, and no reserved pair in any words. */
  @Test
  void trainingNeverShowsWhatIsReserved() {
    List<Pattern> reserved =
        Template.all(Split.TEST).stream()
            .filter(Template::reserved)
            .map(template -> template.text().replace("?", "\\?").replaceAll("\\{.\\}", ".+"))
            .map(Pattern::compile)
            .toList();
    assertThat(reserved).hasSizeGreaterThanOrEqualTo(QuestionType.values().length);
    int pairs = 0;
    for (String text : trainingTexts(1500)) {
      Matcher stated = STATED.matcher(text);
      while (stated.find()) {
        Optional<Kind> subject = kind(stated.group(1));
        Optional<Kind> object = kind(stated.group(3));
        if (subject.isPresent() && object.isPresent()) {
          String relation = stated.group(2).toLowerCase(Locale.ROOT);
          assertThat(Split.isReserved(subject.get(), relation(relation), object.get()))
              .as(text)
              .isFalse();
          pairs++;
        }
      }
      for (String line : text.split("\n", -1)) {
        assertThat(reserved).as(line).noneMatch(pattern -> pattern.matcher(line).matches());
      }
    }
    assertThat(pairs).isGreaterThan(500);
  }

  private static Optional<Kind> kind(String phrase) {
    String last = phrase.substring(phrase.lastIndexOf(' ') + 1);
    return Kind.ALL.stream().filter(kind -> kind.word().equals(last)).findFirst();
  }

  private static List<String> words(Note note) {
    return note.words().stream().map(Note.Word::text).toList();
  }

  private static List<String> trainingTexts(int scenes) {
    List<String> texts = new ArrayList<>();
    Corpus corpus = new Corpus(3);
    for (int i = 0; i < scenes; i++) {
      Chance chance = Chance.of(i);
      Scene scene = TRAIN.scene(i);
      texts.add(corpus.text(i));
      Lessons.caption(scene, chance).turns().stream().map(Turn::text).forEach(texts::add);
      for (Exercise.Form form : Exercise.Form.values()) {
        Exercise exercise = new Exercises(3).exercise(form, i);
        exercise.notes().stream().map(note -> String.join(" ", words(note))).forEach(texts::add);
        exercise.turns().stream().map(Turn::text).forEach(texts::add);
      }
      Lessons.instruction(scene, chance).turns().stream().map(Turn::text).forEach(texts::add);
      Lessons.fact(chance).turns().stream().map(Turn::text).forEach(texts::add);
      Lessons.relation(scene, chance).stream()
          .flatMap(lesson -> lesson.turns().stream())
          .map(Turn::text)
          .forEach(texts::add);
      Optional<RelationQuestion> relation = RelationQuestion.drawn(scene, Split.TRAIN, chance);
      assertThat(relation.filter(r -> r.pairReserved() || r.template().reserved())).isEmpty();
    }
    return texts;
  }

  /** Whatever is counted, all things or some of them: none of it is the rule. */
  @Test
  void trainingCountsAllAndSome() {
    int all = 0;
    int some = 0;
    for (int i = 0; i < 1200; i++) {
      Optional<Question> count =
          new Questions(TRAIN.scene(i), Split.TRAIN, Chance.of(i)).drawn(QuestionType.COUNT);
      if (count.isPresent()) {
        String counted = slots("count", count.get().text(), NAME).getFirst();
        all += counted.equals("things") ? 1 : 0;
        some += !counted.equals("things") && !count.get().answer().equals("0") ? 1 : 0;
      }
    }
    assertThat((double) some / all).isBetween(1.5, 4.0);
  }

  /**
   * Of an even number of training's templates a third of a test's questions are in none of them, of
   * five or seven two sevenths or three tenths.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"color", "exists", "placement", "comparison", "more_by", "same_color", "kind"})
  void aThirdOfATestIsInReservedTemplates(String key) {
    int reserved = 0;
    for (int i = 0; i < 2000; i++) {
      reserved += Template.drawn(key, Split.TEST, Chance.of(i)).reserved() ? 1 : 0;
    }
    assertThat(reserved / 2000.0).isBetween(.26, .37);
  }

  /** Five of the 24 parts of all types are counts, and there are counts in every scene. */
  @Test
  void everyFifthQuestionIsOfANumber() {
    int counts = 0;
    Chance chance = Chance.of(8);
    for (int i = 0; i < 4000; i++) {
      counts += QuestionType.drawn(QuestionType.ALL, chance) == QuestionType.COUNT ? 1 : 0;
    }
    assertThat(counts / 4000.0).isBetween(.19, .227);
  }

  /** Of scenes that have all three families, contact, placement and size are asked as 8 : 4 : 1. */
  @Test
  void trainingAsksLittleAboutSizes() {
    List<RelationQuestion.Source> asked = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      List<RelationQuestion.Pair> pairs =
          RelationQuestion.pairs(new SceneFacts(TRAIN.scene(i)), Split.TRAIN);
      if (pairs.stream().map(RelationQuestion.Pair::source).distinct().count() == 3) {
        RelationQuestion drawn =
            RelationQuestion.drawn(pairs, Split.TRAIN, Wording.SENTENCES, Chance.of(i))
                .orElseThrow();
        asked.add(drawn.source());
      }
    }
    assertThat(asked).hasSizeGreaterThan(500);
    assertThat(share(asked, RelationQuestion.Source.CONTACT)).isBetween(.55, .68);
    assertThat(share(asked, RelationQuestion.Source.PLACEMENT)).isBetween(.25, .37);
    assertThat(share(asked, RelationQuestion.Source.SIZE)).isBetween(.04, .12);
  }

  /** However few of a scene's things are called by two words or three. */
  @Test
  void longNamesAreAskedAboutAsOftenAsShortOnes() {
    int longest = 0;
    int scenes = 0;
    for (int i = 0; i < 4000; i++) {
      List<RelationQuestion.Pair> below =
          RelationQuestion.pairs(new SceneFacts(TRAIN.scene(i)), Split.TRAIN).stream()
              .filter(pair -> pair.relation() == Relation.BELOW)
              .toList();
      List<Integer> lengths =
          below.stream().map(RelationQuestion.Pair::words).distinct().sorted().toList();
      if (lengths.size() == 2 && below.size() > 2) {
        RelationQuestion drawn =
            RelationQuestion.drawn(below, Split.TRAIN, Wording.KEYWORDS, Chance.of(i))
                .orElseThrow();
        scenes++;
        longest += words(drawn.text(), below) == lengths.getLast() ? 1 : 0;
      }
    }
    assertThat(scenes).isGreaterThan(200);
    assertThat((double) longest / scenes).isBetween(.42, .58);
  }

  private static int words(String question, List<RelationQuestion.Pair> pairs) {
    return pairs.stream()
        .filter(pair -> question.equals("relation %s %s".formatted(pair.subject(), pair.object())))
        .mapToInt(RelationQuestion.Pair::words)
        .findFirst()
        .orElseThrow();
  }

  /** What few scenes have is asked oftener where they have it. */
  @Test
  void noRelationIsRareInTraining() {
    List<Relation> asked = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      RelationQuestion.drawn(TRAIN.scene(i), Split.TRAIN, Chance.of(i))
          .map(RelationQuestion::predicate)
          .ifPresent(asked::add);
    }
    assertThat(asked).hasSizeGreaterThan(3000);
    for (Relation relation : Relation.values()) {
      assertThat(share(asked, relation)).as(relation.word()).isBetween(.03, .17);
    }
    assertThat(share(asked, Relation.NEAR)).isGreaterThan(.6 * share(asked, Relation.BELOW));
  }

  private static <T> double share(List<T> all, T one) {
    return (double) Collections.frequency(all, one) / all.size();
  }

  /** Each option is a line that begins with its letter, and the answer is the right one's. */
  @Test
  void choicesAreAnsweredByTheRightLetter() {
    Set<String> letters = new TreeSet<>();
    int backgrounds = 0;
    for (int i = 0; i < 300; i++) {
      Exercise exercise = new Exercises(3).exercise(Exercise.Form.CHOICES, i);
      List<String> background = words(exercise.notes().getLast());
      List<Turn> turns = exercise.turns();
      for (int turn = 0; turn < turns.size(); turn += 2) {
        List<String> lines = turns.get(turn).text().lines().toList();
        String answer = turns.get(turn + 1).text();
        String chosen =
            lines.stream().filter(line -> line.startsWith(answer + ". ")).findFirst().orElseThrow();
        letters.add(answer);
        if (lines.getFirst().contains("background")) {
          assertThat(background).contains(chosen.substring(3));
          backgrounds++;
        }
      }
    }
    assertThat(letters).containsExactly("A", "B", "C", "D");
    assertThat(backgrounds).isGreaterThan(50);
  }

  /** One to five different questions; the file names the first one's predicate. */
  @Test
  void relationLessonsAskSeveralQuestions() {
    Set<Integer> counts = new TreeSet<>();
    for (int i = 0; i < 300; i++) {
      Scene scene = TRAIN.scene(i);
      Optional<Lesson> lesson = Lessons.relation(scene, Chance.of(i));
      if (lesson.isPresent()) {
        List<Turn> turns = lesson.get().turns();
        List<String> asked =
            turns.stream()
                .filter(turn -> turn.role() == Role.USER)
                .map(turn -> turn.text().lines().findFirst().orElseThrow())
                .toList();
        assertThat(asked).doesNotHaveDuplicates();
        assertThat(lesson.get().relation().orElseThrow().text()).isEqualTo(asked.getFirst());
        for (int turn = 0; turn < turns.size(); turn += 2) {
          assertRelation(scene, asked.get(turn / 2), turns.get(turn + 1).text());
        }
        counts.add(asked.size());
      }
    }
    assertThat(counts).containsExactly(1, 2, 3, 4, 5);
  }

  /** By the scene's geometry, and not by what drew the question. */
  private static void assertRelation(Scene scene, String question, String answer) {
    boolean ofSize = relation(answer) == Relation.LARGER || relation(answer) == Relation.SMALLER;
    List<String> names = slots(ofSize ? "comparison" : "placement", question, NAME, NAME);
    List<Thing> subject = named(scene, names.get(0)).toList();
    List<Thing> object = named(scene, names.get(1)).toList();
    assertThat(subject).as(question).hasSize(1);
    assertThat(object).as(question).hasSize(1);
    Verdict verdict =
        SceneGeometry.of(scene)
            .verdict(
                relation(answer),
                scene.things().indexOf(subject.getFirst()),
                scene.things().indexOf(object.getFirst()));
    assertThat(verdict).as(question + " " + answer).isEqualTo(Verdict.HOLDS);
  }

  /** The first question says how to answer, of the others a half. */
  @Test
  void instructionsAskSeveralQuestionsOfAScene() {
    int questions = 0;
    int told = 0;
    int detailed = 0;
    for (int i = 0; i < 300; i++) {
      List<Turn> turns = Lessons.instruction(TRAIN.scene(i), Chance.of(i)).turns();
      detailed += turns.get(turns.size() - 2).text().startsWith("Describe the things") ? 1 : 0;
      if (turns.size() >= 14) { // nothing but short questions is as long
        questions += turns.size() / 2 - 1;
        told +=
            (int) turns.stream().filter(t -> t.text().endsWith(Prompts.SHORT_ANSWER)).count() - 1;
      }
    }
    assertThat(questions).isGreaterThan(500);
    assertThat(detailed / 300.0).isBetween(.2, .4);
    assertThat((double) told / questions).isBetween(.4, .6);
  }

  @Test
  void theWorldsWordsAreFewAndTheTestHasNoOthers() {
    Set<String> known = new TreeSet<>();
    new Corpus(1).texts(4000).forEach(text -> known.addAll(words(text)));
    assertThat(known).hasSizeBetween(150, 400);
    for (Kind kind : Kind.ALL) {
      assertThat(known).contains(kind.word(), kind.plural());
    }
    for (int seed = 0; seed < 400; seed++) {
      Scene scene = TEST.scene(seed);
      Chance chance = Chance.of(seed);
      assertKnown(known, words(new Questions(scene, Split.TEST, chance).any().text()));
      Captions.references(scene, Split.TEST, chance)
          .forEach(caption -> assertKnown(known, words(caption)));
      RelationQuestion.drawn(scene, Split.TEST, chance)
          .ifPresent(question -> assertKnown(known, words(question.text())));
      for (Skill skill : Skill.values()) {
        new Choices(scene, Split.TEST, chance)
            .drawn(skill)
            .ifPresent(choice -> assertKnown(known, words(Prompts.choice(choice))));
      }
    }
  }

  private static void assertKnown(Set<String> known, List<String> words) {
    assertThat(words).allMatch(known::contains, "known");
  }

  private static List<String> words(String text) {
    return Stream.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9']+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  @Test
  void captionsNameEverything() {
    for (int seed = 0; seed < 200; seed++) {
      Scene scene = TEST.scene(seed);
      List<String> references = Captions.references(scene, Split.TEST, Chance.of(seed));
      assertThat(references).hasSize(5).doesNotHaveDuplicates();
      for (String caption : references) {
        for (Thing thing : scene.things()) {
          assertThat(caption.toLowerCase(Locale.ROOT))
              .containsAnyOf(thing.name(), thing.colour().word() + " " + thing.kind().plural());
        }
      }
    }
    assertThat(Colour.ALL).hasSize(8);
  }

  @Test
  void documentsDependOnTheirNumberAlone() {
    Corpus corpus = new Corpus(9);
    String hundredth = corpus.text(100);
    corpus.texts(20).forEach(text -> assertThat(text).isNotEmpty());
    assertThat(new Corpus(9).text(100)).isEqualTo(hundredth);
    assertThat(new Corpus(10).text(100)).isNotEqualTo(hundredth);
  }

  @Test
  void rotationsKeepTheRightOption() {
    int seen = 0;
    for (int seed = 0; seed < 60; seed++) {
      for (Skill skill : Skill.values()) {
        Optional<Choice> drawn =
            new Choices(TEST.scene(seed), Split.TEST, Chance.of(seed)).drawn(skill);
        if (drawn.isPresent()) {
          Choice choice = drawn.get();
          assertThat(choice.options()).hasSizeBetween(2, 4).doesNotHaveDuplicates();
          Choice rotated = choice.rotated(1);
          assertThat(rotated.options().get(rotated.right()))
              .isEqualTo(choice.options().get(choice.right()));
          assertThat(rotated.right()).isNotEqualTo(choice.right());
          assertThat(choice.rotated(choice.options().size())).isEqualTo(choice);
          seen++;
        }
      }
    }
    assertThat(seen).isGreaterThan(250);
  }
}
