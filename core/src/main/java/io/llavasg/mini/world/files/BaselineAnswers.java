package io.llavasg.mini.world.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.world.language.Baselines;
import io.llavasg.mini.world.language.Baselines.Asked;
import io.llavasg.mini.world.language.Choice;
import io.llavasg.mini.world.language.OfScene;
import io.llavasg.mini.world.language.PopeQuestion;
import io.llavasg.mini.world.language.TestSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * What the baselines answer, a file for each benchmark under the name that {@code score --task} has
 * for it, so that they are measured as a model is: {@code majority/gqa.jsonl}, {@code
 * text_only/gqa.jsonl}. Of multiple choices the majority is a letter, the same in all rotations,
 * and the text alone chooses an option, by the letter that it has in each. Nothing is asked of a
 * caption, so each baseline has but one: the most frequent of the test, and of training.
 */
record BaselineAnswers(Path folder, Baselines baselines) {
  private static final String MAJORITY = "majority";
  private static final String TEXT_ONLY = "text_only";

  void write(TestSets sets) throws IOException {
    Files.createDirectories(folder.resolve(MAJORITY));
    Files.createDirectories(folder.resolve(TEXT_ONLY));
    write("vqav2", sets.shortAnswers(), Asked::of, ShortAnswerFiles::id);
    write("gqa", sets.compositional(), Asked::of, CompositionalFile::id);
    write("rel", sets.relations(), Asked::of, TestFiles::relationId);
    writePope(sets.pope());
    writeChoices(sets.choices());
    writeCaptions(sets.captions());
  }

  private JsonList file(String baseline, String task) throws IOException {
    return JsonList.lines(folder.resolve(baseline).resolve(task + ".jsonl"));
  }

  private static ObjectNode line(String id, String answer) {
    return JsonList.JSON.createObjectNode().put("id", id).put("answer", answer);
  }

  private <T> void write(
      String task, List<OfScene<T>> set, Function<T, Asked> asked, IntFunction<String> id)
      throws IOException {
    List<Asked> questions = set.stream().map(OfScene::value).map(asked).toList();
    String constant = Baselines.constant(questions);
    try (JsonList majority = file(MAJORITY, task);
        JsonList textOnly = file(TEXT_ONLY, task)) {
      for (int i = 0; i < questions.size(); i++) {
        majority.add(line(id.apply(i), constant));
        textOnly.add(line(id.apply(i), baselines.guess(questions.get(i))));
      }
    }
  }

  private void writePope(List<OfScene<PopeQuestion>> set) throws IOException {
    List<PopeQuestion> questions = set.stream().map(OfScene::value).toList();
    long yes = questions.stream().filter(question -> question.label().equals("yes")).count();
    // Half of them each, as a rule, and F1 counts yes alone.
    String constant = 2 * yes >= questions.size() ? "yes" : "no";
    Map<PopeQuestion.Sampling, Integer> numbers = new EnumMap<>(PopeQuestion.Sampling.class);
    try (JsonList majority = file(MAJORITY, "pope");
        JsonList textOnly = file(TEXT_ONLY, "pope")) {
      for (PopeQuestion question : questions) {
        PopeQuestion.Sampling sampling = question.sampling();
        String id = Integer.toString(numbers.merge(sampling, 1, Integer::sum));
        majority.add(line(id, constant).put("category", sampling.key()));
        textOnly.add(line(id, baselines.guess(Asked.of(question))).put("category", sampling.key()));
      }
    }
  }

  private void writeChoices(List<OfScene<Choice>> set) throws IOException {
    List<Choice> choices = set.stream().map(OfScene::value).toList();
    String constant = Baselines.constant(choices.stream().map(Asked::of).toList());
    try (JsonList majority = file(MAJORITY, "mmbench_en");
        JsonList textOnly = file(TEXT_ONLY, "mmbench_en")) {
      for (int i = 0; i < choices.size(); i++) {
        String option = baselines.guess(Asked.of(choices.get(i)));
        for (int places = 0; places < choices.get(i).options().size(); places++) {
          int index = choices.get(i).rotated(places).options().indexOf(option);
          majority.add(line(ChoiceTable.id(i, places), constant));
          textOnly.add(
              line(ChoiceTable.id(i, places), index < 0 ? constant : Choice.letter(index)));
        }
      }
    }
  }

  private void writeCaptions(List<OfScene<List<String>>> set) throws IOException {
    List<Asked> references =
        set.stream().flatMap(captions -> captions.value().stream()).map(Asked::ofCaption).toList();
    String constant = Baselines.constant(references);
    try (JsonList majority = file(MAJORITY, "coco2017_cap_val");
        JsonList textOnly = file(TEXT_ONLY, "coco2017_cap_val")) {
      for (OfScene<List<String>> captions : set) {
        String id = Integer.toString(captions.scene() + 1);
        majority.add(line(id, constant));
        textOnly.add(line(id, baselines.guess(Asked.ofCaption(""))));
      }
    }
  }
}
