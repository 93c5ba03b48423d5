package io.llavasg.mini.world.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.world.Category;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.language.OfScene;
import io.llavasg.mini.world.language.Question;
import io.llavasg.mini.world.language.QuestionType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * VQAv2's two files. All ten annotators give the right answer, but where it is a kind of a named
 * category: there two of them give the category, as people do, so that soft accuracy has something
 * to tell apart.
 */
final class ShortAnswerFiles {
  private static final int ANNOTATORS = 10;
  private static final int VAGUE = 2;

  private ShortAnswerFiles() {}

  static String id(int question) {
    return Integer.toString(question + 1);
  }

  /** The file name that the data set's readers make of an image's id. */
  static String image(int scene) {
    return "COCO_val2014_%012d.jpg".formatted(scene + 1);
  }

  static void write(Path folder, List<OfScene<Question>> asked) throws IOException {
    ObjectNode questions = file();
    questions.put("task_type", "Open-Ended");
    ObjectNode annotations = file();
    ArrayNode texts = questions.putArray("questions");
    ArrayNode answers = annotations.putArray("annotations");
    for (int i = 0; i < asked.size(); i++) {
      Question question = asked.get(i).value();
      int image = asked.get(i).scene() + 1;
      texts
          .addObject()
          .put("image_id", image)
          .put("question", question.text())
          .put("question_id", i + 1);
      ObjectNode annotation =
          answers
              .addObject()
              .put("question_id", i + 1)
              .put("image_id", image)
              .put("question_type", question.type().key())
              .put("answer_type", answerType(question))
              .put("multiple_choice_answer", question.answer());
      addAnswers(annotation.putArray("answers"), question);
    }
    JsonList.write(folder.resolve("v2_OpenEnded_mscoco_val2014_questions.json"), questions);
    JsonList.write(folder.resolve("v2_mscoco_val2014_annotations.json"), annotations);
  }

  private static ObjectNode file() {
    ObjectNode json = JsonList.JSON.createObjectNode();
    json.putObject("info").put("description", "questions of the miniature world");
    return json.put("data_type", "mscoco").put("data_subtype", "val2014");
  }

  private static String answerType(Question question) {
    if (question.type().isBinary()) {
      return "yes/no";
    }
    return question.type() == QuestionType.COUNT ? "number" : "other";
  }

  private static void addAnswers(ArrayNode answers, Question question) {
    Optional<Category> category =
        question.type() == QuestionType.KIND
            ? Kind.ALL.stream()
                .filter(kind -> kind.word().equals(question.answer()))
                .map(Kind::category)
                .filter(Category.NAMED::contains)
                .findFirst()
            : Optional.empty();
    for (int i = 1; i <= ANNOTATORS; i++) {
      boolean vague = category.isPresent() && i > ANNOTATORS - VAGUE;
      answers
          .addObject()
          .put("answer", vague ? category.get().word() : question.answer())
          .put("answer_confidence", vague ? "maybe" : "yes")
          .put("answer_id", i);
    }
  }
}
