package io.llavasg.mini.world.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.mini.world.Colour;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Magnitude;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.text.Role;
import io.llavasg.text.Turn;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExercisesTest {
  private static final Exercises EXERCISES = new Exercises(4);
  private static final Scene SCENE = new SceneGenerator(Split.TRAIN).scene(1);
  private static final Pattern SQUARE = Pattern.compile("[a-i][1-9]");

  private static final String COLOUR = anyOf(Colour.ALL.stream().map(Colour::word));

  private static final String NAME =
      "(?:(?:small|large) )?(?:%s )?%s".formatted(COLOUR, anyOf(Kind.ALL.stream().map(Kind::word)));

  /** The feature first, or last. */
  private static final Pattern SIMPLE =
      Pattern.compile(
          "(color|size|side|is an?) (%1$s)|(thing) (%2$s)|(%1$s) (color|size|side)|(%2$s) (thing)"
              .formatted(NAME, COLOUR));

  private static String anyOf(Stream<String> words) {
    return words.collect(Collectors.joining("|", "(?:", ")"));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, a1", ".999, .12, i2", ".5, 1.01, e9", "-.01, .34, a4"})
  void aNoteNamesTheSquareThatTheCentreIsIn(double x, double y, String square) {
    Note note = noteOf(dog(x, y));
    assertThat(note.words().subList(0, 3)).containsExactly(word("small"), word("red"), word("dog"));
    assertThat(words(note)).containsExactly("small", "red", "dog", square);
  }

  /** Of squares with centres at 1.5, 2.5, … ninths. */
  @Test
  void aPlaceBetweenSquaresIsPartlyEither() {
    Note note = noteOf(dog(1.75 / 9, 3.5 / 9));
    assertThat(note.words()).hasSize(5);
    assertThat(note.words().get(3).text()).isEqualTo("b4");
    assertThat(note.words().get(3).share()).isCloseTo(.75, Offset.offset(1e-9));
    assertThat(note.words().get(4).text()).isEqualTo("c4");
    assertThat(note.words().get(4).share()).isCloseTo(.25, Offset.offset(1e-9));
  }

  @Test
  void aNoteTellsWhetherItsThingLiesAgainstAnother() {
    Thing cat = new Thing(kind("cat"), Colour.RED, Magnitude.LARGE, .5, .5, .36, false, 1);
    List<Note> notes =
        Notes.ofThings(new Scene(1, SCENE.background(), List.of(dog(.5, .4), cat, dog(.1, .1))));
    assertThat(notes.getFirst().words().getLast()).isEqualTo(word("behind"));
    assertThat(notes.get(1).words()).extracting(Note.Word::text).doesNotContain("behind");
    assertThat(notes.get(2).words()).extracting(Note.Word::text).doesNotContain("behind");
  }

  private static Note.Word word(String text) {
    return new Note.Word(text, 1);
  }

  private static Thing dog(double x, double y) {
    return new Thing(kind("dog"), Colour.RED, Magnitude.SMALL, x, y, .2, false, 1);
  }

  private static Note noteOf(Thing thing) {
    return Notes.ofThings(new Scene(1, SCENE.background(), List.of(thing))).getFirst();
  }

  /** Size, colour and kind, and the square that counts most. */
  private static List<String> words(Note note) {
    return Stream.concat(
            note.words().stream().limit(3),
            note.words().stream()
                .filter(word -> SQUARE.matcher(word.text()).matches())
                .max(Comparator.comparingDouble(Note.Word::share))
                .stream())
        .map(Note.Word::text)
        .toList();
  }

  private static Kind kind(String word) {
    return Kind.ALL.stream().filter(kind -> kind.word().equals(word)).findFirst().orElseThrow();
  }

  /** All that keywords ask can be read off the notes. */
  @ParameterizedTest
  @EnumSource(names = {"PLAIN_KEYWORDS", "KEYWORDS"})
  void keywordsAreAnsweredByTheNotes(Exercise.Form form) {
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      Exercise exercise = EXERCISES.exercise(form, i);
      List<Turn> turns = exercise.turns();
      for (int turn = 0; turn < turns.size(); turn += 2) {
        asked.add(check(turns.get(turn).text(), turns.get(turn + 1).text(), exercise.notes()));
      }
    }
    assertThat(asked)
        .containsExactlyInAnyOrder(
            "color", "size", "side", "is", "thing", "background", "relation", "");
  }

  /** Things are named by one word: a kind, or where that is asked, a colour or a category. */
  @Test
  void plainKeywordsAreFew() {
    for (int i = 0; i < 400; i++) {
      for (Turn turn : EXERCISES.exercise(Exercise.Form.PLAIN_KEYWORDS, i).turns()) {
        int most = turn.text().startsWith("size relation") ? 4 : 3;
        assertThat(turn.text().split(" ")).hasSizeLessThanOrEqualTo(most);
      }
    }
  }

  /** A thing that its kind alone does not name is in most of them, and in many more of the odd. */
  @Test
  void manyExercisesAreAboutThingsOfOneKind() {
    int even = 0;
    int odd = 0;
    for (int i = 0; i < 1000; i += 2) {
      even += hasThingsAlike(i) ? 1 : 0;
      odd += hasThingsAlike(i + 1) ? 1 : 0;
    }
    assertThat(even / 500.0).isBetween(.55, .75);
    assertThat(odd / 500.0).isGreaterThan(.85);
  }

  private static boolean hasThingsAlike(int exercise) {
    List<String> kinds =
        EXERCISES.exercise(Exercise.Form.KEYWORDS, exercise).notes().stream()
            .map(ExercisesTest::words)
            .filter(note -> note.size() == 4)
            .map(note -> note.get(2))
            .toList();
    return new HashSet<>(kinds).size() < kinds.size();
  }

  /** Which kind of question it was; empty if it is not checked here, as {@link Questions} are. */
  private static String check(String question, String answer, List<Note> notes) {
    List<List<String>> things =
        notes.stream().map(ExercisesTest::words).filter(note -> note.size() == 4).toList();
    List<String> words = words(question);
    if (words.contains("background")) {
      assertThat(notes.getLast().words()).contains(word(answer));
      return "background";
    }
    if (words.contains("relation")) {
      return checkRelation(words, answer, things) ? "relation" : "";
    }
    Matcher simple = SIMPLE.matcher(question);
    if (!simple.matches()) {
      return "";
    }
    String about = group(simple, 1, 3, 6, 8);
    List<String> name = words(group(simple, 2, 4, 5, 7));
    List<List<String>> named = things.stream().filter(note -> note.containsAll(name)).toList();
    if (about.startsWith("is a")) {
      assertThat(answer).as(question).isEqualTo(named.isEmpty() ? "no" : "yes");
      return "is";
    }
    assertThat(named).as(question + " of " + things).hasSize(1);
    List<String> thing = named.getFirst();
    String right =
        switch (about) {
          case "color" -> thing.get(1);
          case "size" -> thing.get(0);
          case "side" -> thing.get(3).charAt(0) < 'e' ? "left" : "right";
          default -> thing.get(2);
        };
    assertThat(answer).as(question + " of " + things).isEqualTo(right);
    return about;
  }

  /** That of some groups that has matched. */
  private static String group(Matcher matcher, int... groups) {
    return IntStream.of(groups)
        .mapToObj(matcher::group)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  /** Whether it could be checked: names of one word alone can be told apart. */
  private static boolean checkRelation(
      List<String> words, String answer, List<List<String>> things) {
    int at = words.indexOf("relation");
    if (words.size() != at + 3) {
      return false;
    }
    Relation relation = relation(answer);
    String subject = words.get(at + 1);
    String object = words.get(at + 2);
    assertThat(Split.isReserved(kind(subject), relation, kind(object))).isFalse();
    assertThat(agrees(note(subject, things), relation, note(object, things)))
        .as(words + " " + answer + " of " + things)
        .isTrue();
    return true;
  }

  private static List<String> note(String kind, List<List<String>> things) {
    List<List<String>> named = things.stream().filter(note -> note.get(2).equals(kind)).toList();
    assertThat(named).hasSize(1);
    return named.getFirst();
  }

  /** As far as sizes and squares tell. */
  private static boolean agrees(List<String> subject, Relation relation, List<String> object) {
    int right = object.get(3).charAt(0) - subject.get(3).charAt(0);
    int down = object.get(3).charAt(1) - subject.get(3).charAt(1);
    return switch (relation) {
      case LEFT_OF -> right > 0;
      case RIGHT_OF -> right < 0;
      case ABOVE -> down > 0;
      case BELOW -> down < 0;
      case LARGER -> subject.get(0).equals("large") && object.get(0).equals("small");
      case SMALLER -> subject.get(0).equals("small") && object.get(0).equals("large");
      default -> Math.abs(right) + Math.abs(down) < 9;
    };
  }

  private static Relation relation(String word) {
    return Stream.of(Relation.values())
        .filter(relation -> relation.word().equals(word))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void anExerciseIsAMatterOfItsNumber(Exercise.Form form) {
    Exercise exercise = EXERCISES.exercise(form, 17);
    EXERCISES.exercise(form, 16);
    assertThat(EXERCISES.exercise(form, 17)).isEqualTo(exercise);
    assertThat(EXERCISES.exercise(form, 18)).isNotEqualTo(exercise);
    assertThat(new Exercises(5).exercise(form, 17)).isNotEqualTo(exercise);
  }

  private static String sorted(String question) {
    return Stream.of(question.split(" ")).sorted().collect(Collectors.joining(" "));
  }

  /** So that nothing can be copied from above. */
  @ParameterizedTest
  @EnumSource(names = {"PLAIN_KEYWORDS", "KEYWORDS", "QUESTIONS", "CHOICES", "CONVERSATION"})
  void nothingIsAskedTwice(Exercise.Form form) {
    int questions = 0;
    for (int i = 0; i < 100; i++) {
      List<String> asked =
          EXERCISES.exercise(form, i).turns().stream()
              .filter(turn -> turn.role() == Role.USER)
              .map(turn -> turn.text().lines().findFirst().orElseThrow())
              .map(text -> form.name().endsWith("KEYWORDS") ? sorted(text) : text)
              .toList();
      assertThat(asked).isNotEmpty().doesNotHaveDuplicates();
      questions += asked.size();
    }
    assertThat(questions).isGreaterThan(300);
  }
}
