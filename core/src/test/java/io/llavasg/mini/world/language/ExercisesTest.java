package io.llavasg.mini.world.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.mini.world.Colour;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Magnitude;
import io.llavasg.mini.world.Relation;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.text.Role;
import io.llavasg.text.Turn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExercisesTest {
  private static final Exercises EXERCISES = new Exercises(4);

  @ParameterizedTest
  @CsvSource({"0, 0, a1", ".999, .12, i2", ".5, 1.01, e9", "-.01, .34, a4"})
  void aNoteNamesTheSquareThatTheCentreIsIn(double x, double y, String square) {
    Thing dog = new Thing(kind("dog"), Colour.ALL.getFirst(), Magnitude.SMALL, x, y, .2, false, 1);
    assertThat(Notes.of(dog)).isEqualTo(dog.magnitude().word() + " " + dog.name() + " " + square);
  }

  private static Kind kind(String word) {
    return Kind.ALL.stream().filter(kind -> kind.word().equals(word)).findFirst().orElseThrow();
  }

  /** All that keywords ask can be read off the notes. */
  @Test
  void keywordsAreAnsweredByTheNotes() {
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      Exercise exercise = EXERCISES.exercise(Exercise.Form.KEYWORDS, i);
      List<List<String>> things =
          exercise.notes().stream()
              .map(note -> List.of(note.split(" ")))
              .filter(note -> note.size() == 4)
              .toList();
      assertThat(exercise.notes()).hasSize(things.size() + 1);
      List<Turn> turns = exercise.turns();
      for (int turn = 0; turn < turns.size(); turn += 2) {
        asked.add(check(turns.get(turn).text(), turns.get(turn + 1).text(), things));
      }
    }
    assertThat(asked)
        .containsExactlyInAnyOrder("color", "size", "side", "is", "many", "thing", "relation");
  }

  /** Which kind of question it was. */
  private static String check(String question, String answer, List<List<String>> things) {
    List<String> words = List.of(question.split(" "));
    if (words.contains("relation")) {
      int at = words.indexOf("relation");
      Relation relation = relation(answer);
      String subject = words.get(at + 1);
      String object = words.get(at + 2);
      assertThat(Split.isReserved(kind(subject), relation, kind(object))).isFalse();
      assertThat(agrees(note(subject, things), relation, note(object, things)))
          .as(question + " " + answer + " of " + things)
          .isTrue();
      return "relation";
    }
    String about =
        Stream.of("color", "size", "side", "is", "many", "thing")
            .filter(words::contains)
            .findFirst()
            .orElseThrow();
    String name = words.get(words.getFirst().equals(about) ? 1 : 0);
    List<List<String>> named = things.stream().filter(note -> note.contains(name)).toList();
    List<String> first = named.isEmpty() ? List.of() : named.getFirst();
    String right =
        switch (about) {
          case "color" -> first.get(1);
          case "size" -> first.get(0);
          case "side" -> first.get(3).charAt(0) < 'e' ? "left" : "right";
          case "thing" -> first.get(2);
          case "is" -> named.isEmpty() ? "no" : "yes";
          default -> Integer.toString(named.size());
        };
    assertThat(answer).as(question + " of " + things).isEqualTo(right);
    return about;
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
  @EnumSource(names = {"KEYWORDS", "QUESTIONS", "CONVERSATION"})
  void nothingIsAskedTwice(Exercise.Form form) {
    int questions = 0;
    for (int i = 0; i < 100; i++) {
      List<String> asked =
          EXERCISES.exercise(form, i).turns().stream()
              .filter(turn -> turn.role() == Role.USER)
              .map(turn -> turn.text().lines().findFirst().orElseThrow())
              .map(text -> form == Exercise.Form.KEYWORDS ? sorted(text) : text)
              .toList();
      assertThat(asked).isNotEmpty().doesNotHaveDuplicates();
      questions += asked.size();
    }
    assertThat(questions).isGreaterThan(300);
  }
}
