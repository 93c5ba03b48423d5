package io.llavasg.mini.world.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.world.language.OfScene;
import io.llavasg.mini.world.language.Question;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** GQA's file of balanced questions. */
final class CompositionalFile {
  private CompositionalFile() {}

  static String id(int question) {
    return "%08d".formatted(question + 1);
  }

  static String imageId(int scene) {
    return "m%06d".formatted(scene + 1);
  }

  static void write(Path folder, List<OfScene<Question>> asked) throws IOException {
    ObjectNode json = JsonList.JSON.createObjectNode();
    for (int i = 0; i < asked.size(); i++) {
      Question question = asked.get(i).value();
      ObjectNode entry =
          json.putObject(id(i))
              .put("question", question.text())
              .put("imageId", imageId(asked.get(i).scene()))
              .put("isBalanced", true)
              .put("answer", question.answer())
              .put("fullAnswer", question.answer());
      entry
          .putObject("types")
          .put("structural", question.type().structural())
          .put("semantic", question.type().semantic())
          .put("detailed", question.type().key());
      entry.putObject("groups").put("global", "").put("local", question.type().key());
    }
    JsonList.write(folder.resolve("testdev_balanced_questions.json"), json);
  }
}
