package io.llavasg.mini.world.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.world.language.Lesson;
import io.llavasg.mini.world.language.RelationQuestion;
import io.llavasg.text.Conversation;
import io.llavasg.text.Role;
import io.llavasg.text.Turn;
import java.util.List;
import java.util.Optional;

/** LLaVA's format of training samples. */
final class LessonJson {
  private LessonJson() {}

  /**
   * A sample.
   *
   * @param image the picture's path; none: a text-only sample
   */
  static ObjectNode of(String id, Optional<String> image, Lesson lesson) {
    ObjectNode json = of(id, image, lesson.turns());
    lesson.relation().ifPresent(question -> addRelation(json, question));
    return json;
  }

  static ObjectNode of(String id, Optional<String> image, List<Turn> turns) {
    ObjectNode json = JsonList.JSON.createObjectNode().put("id", id);
    image.ifPresent(path -> json.put("image", path));
    ArrayNode conversations = json.putArray("conversations");
    for (Turn turn : turns) {
      boolean marked = conversations.isEmpty() && image.isPresent();
      conversations
          .addObject()
          .put("from", turn.role() == Role.USER ? "human" : "gpt")
          .put("value", (marked ? Conversation.IMAGE_MARKER + "\n" : "") + turn.text());
    }
    return json;
  }

  static void addRelation(ObjectNode json, RelationQuestion question) {
    json.put("predicate", question.predicate().word()).put("source", question.source().key());
  }
}
