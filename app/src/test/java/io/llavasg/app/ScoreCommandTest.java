package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that were made elsewhere; the figures are counted by hand. */
class ScoreCommandTest {
  private static final Path DATA = Path.of("../core/src/test/resources/eval");

  @TempDir private Path folder;

  private CommandLineRun score(String task, String data, List<String> answers, String... more)
      throws IOException {
    Path file = Files.write(folder.resolve("answers-" + System.nanoTime() + ".jsonl"), answers);
    List<String> arguments = new ArrayList<>(List.of("score", "--task", task));
    arguments.addAll(List.of("--data", DATA.resolve(data).toString(), "--format", "json"));
    arguments.addAll(Arrays.asList(more));
    arguments.add(file.toString());
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static double figure(JsonNode summary, String category, String metric) {
    for (JsonNode figure : summary.get("figures")) {
      if (figure.get("category").asText().equals(category)
          && figure.get("metric").asText().equals(metric)) {
        return figure.get("value").asDouble();
      }
    }
    throw new AssertionError(category + " " + metric + " of " + summary);
  }

  private static String answer(String id, String category, String answer) {
    return "{\"id\": \"%s\", \"category\": \"%s\", \"answer\": \"%s\"}"
        .formatted(id, category, answer);
  }

  private static String answer(String id, String answer) {
    return "{\"id\": \"%s\", \"answer\": \"%s\"}".formatted(id, answer);
  }

  /** Labels are yes, no, yes in both categories. */
  @Test
  void popeIsCountedByCategory() throws IOException {
    JsonNode summary =
        score(
                "pope",
                "pope",
                List.of(
                    answer("1", "random", "Yes"),
                    answer("2", "random", "yes"),
                    answer("3", "random", "no"),
                    answer("1", "popular", "yes "),
                    answer("2", "popular", "no"),
                    answer("3", "popular", "Yes, there is.")))
            .json();
    assertThat(figure(summary, "", "accuracy")).isEqualTo(3 / 6.0);
    assertThat(figure(summary, "random", "accuracy")).isEqualTo(1 / 3.0);
    assertThat(figure(summary, "random", "precision")).isEqualTo(1 / 2.0);
    assertThat(figure(summary, "random", "recall")).isEqualTo(1 / 2.0);
    assertThat(figure(summary, "random", "f1")).isEqualTo(1 / 2.0);
    assertThat(figure(summary, "random", "yes-ratio")).isEqualTo(2 / 3.0);
    // A sentence is neither yes nor no.
    assertThat(figure(summary, "popular", "accuracy")).isEqualTo(2 / 3.0);
    assertThat(figure(summary, "popular", "recall")).isEqualTo(1);
  }

  /** Question 0 is right in both turns, 1 in the first only; 2 has an answer in the first only. */
  @Test
  void mmBenchWantsAllRotationsRight() throws IOException {
    Path page = folder.resolve("wrong.html");
    CommandLineRun run =
        score(
            "mmbench_en",
            "mmbench",
            List.of(
                answer("0", "A"),
                answer("1000000", "C. the ball"),
                answer("1", "A."),
                answer("1000001", "A"),
                answer("2", "It is left")),
            "--failures",
            page.toString());
    JsonNode summary = run.json();
    assertThat(figure(summary, "", "accuracy")).isEqualTo(1 / 2.0);
    assertThat(figure(summary, "AR", "accuracy")).isEqualTo(1);
    assertThat(figure(summary, "CP", "accuracy")).isEqualTo(0);
    assertThat(summary.get("missing").asInt()).isEqualTo(1);
    assertThat(summary.get("left_out").asInt()).isEqualTo(1);
    assertThat(run.err()).contains("1 questions or statements count only with all their items");
    // The turn that was wrong is shown, not the right one that the score stands beside.
    assertThat(Files.readString(page)).contains("1000001").contains("1 of 5 answers are wrong");
  }

  @Test
  void answersAreNamedByOptionOrParameterButNotByBoth() throws IOException {
    String file =
        Files.writeString(folder.resolve("a.jsonl"), answer("00", "Ball.") + "\n").toString();
    String data = DATA.resolve("gqa").toString();
    String[] score = {"score", "--task", "gqa", "--data", data, "--answers", file};
    assertThat(CommandLineRun.of(score).exitCode()).isZero();
    List<String> both = new ArrayList<>(List.of(score));
    both.add(file);
    for (List<String> wrong : List.of(both, List.of(score).subList(0, 5))) {
      CommandLineRun run = CommandLineRun.of(wrong.toArray(String[]::new));
      assertThat(run.exitCode()).isEqualTo(Failure.BAD_USE);
      assertThat(run.err()).contains("either with --answers or as a parameter");
    }
  }

  @Test
  void answersOfWhichNoneCanBeUsedAreAnError() throws IOException {
    score("gqa", "gqa", List.of()).assertRefused(Failure.BAD_USE, "nothing to score");
    CommandLineRun run = score("gqa", "gqa", List.of(answer("x", "ball")));
    assertThat(run.exitCode()).isEqualTo(Failure.BAD_USE);
    assertThat(run.err()).contains("id x").contains("no answer to any of the 4 items");
  }

  @Test
  void otherTasksAreScored() throws IOException {
    JsonNode vqa =
        score(
                "vqav2",
                "vqav2-hub",
                List.of(answer("40000", "The ball"), answer("41000", "No."), answer("42000", "7")))
            .json();
    // Six of ten say ball: 1. Four say no: the six others see 4 matches, the four 3: all 1.
    assertThat(figure(vqa, "", "accuracy")).isEqualTo(2 / 3.0);
    JsonNode science =
        score("scienceqa_img", "scienceqa", List.of(answer("70", "B"), answer("71", "A. ball")))
            .json();
    assertThat(figure(science, "", "accuracy")).isEqualTo(1);
    JsonNode gqa = score("gqa", "gqa", List.of(answer("00", "Ball."), answer("01", "no"))).json();
    assertThat(figure(gqa, "", "accuracy")).isEqualTo(.5);
    JsonNode nlvr =
        score("nlvr", "nlvr", List.of(answer("70-0-0", "True"), answer("71-0-0", "true"))).json();
    assertThat(figure(nlvr, "", "accuracy")).isEqualTo(.5);
    assertThat(nlvr.get("left_out").asInt()).isEqualTo(2);
    JsonNode coco =
        score(
                "coco2017_cap_val",
                "coco",
                List.of(
                    answer("60", "A ball and a cube."),
                    answer("61", "A ball and a cube"),
                    answer("62", "dog")))
            .json();
    assertThat(figure(coco, "", "CIDEr")).isPositive();
    assertThat(figure(coco, "", "BLEU-1")).isPositive();
    assertThat(coco.get("figures").get(0).get("metric").asText()).isEqualTo("CIDEr");
  }

  @Test
  void aStatementIsConsistentWithAllItsPictures() throws IOException {
    List<String> answers = new ArrayList<>();
    for (int order = 0; order < 6; order++) {
      answers.add(answer("70-0-" + order, "true"));
      answers.add(answer("71-0-" + order, order < 5 ? "False" : "true"));
    }
    JsonNode whole = score("nlvr", "nlvr", answers).json();
    assertThat(figure(whole, "", "consistency")).isEqualTo(.5);
    answers.removeFirst();
    JsonNode part = score("nlvr", "nlvr", answers).json();
    assertThat(figure(part, "", "consistency")).isZero();
    assertThat(part.get("left_out").asInt()).isEqualTo(1);
    // Answers beyond a limit are no problem.
    CommandLineRun limited = score("nlvr", "nlvr", answers, "--limit", "6", "--strict");
    assertThat(limited.exitCode()).as(limited.err()).isZero();
  }

  @Test
  void answersToOtherQuestionsAreToldAndFatalIfAskedFor() throws IOException {
    List<String> answers = List.of(answer("00", "ball"), answer("x", "?"), answer("00", "cube"));
    CommandLineRun run = score("gqa", "gqa", answers);
    assertThat(run.json().get("problems").asInt()).isEqualTo(2);
    assertThat(run.err())
        .contains("answers no question of this task: id x")
        .contains("answers 00 again")
        .contains("3 of 4 items have no answer");
    score("gqa", "gqa", answers, "--strict").assertRefused(2, "id x");
  }

  /** The hub's ids are numbers of rows, the published files' are their own. */
  @Test
  void runsOfOtherQuestionsAreNotCompared() throws IOException {
    Path first = folder.resolve("a");
    Path second = folder.resolve("b");
    String[] out = {"--out", first.toString()};
    score("scienceqa_img", "scienceqa", List.of(answer("70", "B")), out);
    out[1] = second.toString();
    score("scienceqa_img", "scienceqa-hub", List.of(answer("0", "B")), out);
    CommandLineRun.of("compare", first.toString(), second.toString())
        .assertRefused(2, "were asked different questions");
    score("gqa", "gqa", List.of(answer("00", "ball")), out);
    CommandLineRun.of("compare", first.toString(), second.toString())
        .assertRefused(2, "only runs of one task");
    // The same questions, from files in another form and order.
    out[1] = first.toString();
    score("gqa", "gqa-hub", List.of(answer("00", "cube")), out);
    assertThat(CommandLineRun.of("compare", first.toString(), second.toString()).exitCode())
        .isZero();
  }

  @Test
  void twoScoredRunsAreCompared() throws IOException {
    Path first = folder.resolve("a");
    Path second = folder.resolve("b");
    score(
        "gqa",
        "gqa",
        List.of(answer("00", "ball"), answer("01", "yes"), answer("02", "two")),
        "--out",
        first.toString());
    score(
        "gqa",
        "gqa",
        List.of(answer("00", "ball"), answer("01", "no"), answer("03", "red")),
        "--out",
        second.toString());
    CommandLineRun run =
        CommandLineRun.of("compare", first.toString(), second.toString(), "--format", "json");
    JsonNode all = run.json().get("all");
    assertThat(all.get("items").asInt()).isEqualTo(2);
    assertThat(all.get("difference").asDouble()).isEqualTo(.5);
    assertThat(all.get("better").asInt()).isEqualTo(1);
    assertThat(run.err()).contains("1 items are in A only and 1 in B only");
    CommandLineRun.of("compare", first.toString(), folder.resolve("nowhere").toString())
        .assertRefused(2, "is no folder of a finished run");
  }
}
