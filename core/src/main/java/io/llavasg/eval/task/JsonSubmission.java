package io.llavasg.eval.task;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A JSON list with an object for each answer.
 *
 * @param entry fills an answer's object
 */
record JsonSubmission(String fileName, BiConsumer<Answered, ObjectNode> entry)
    implements Submission {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Puts an id as the servers have it, a number, or as text where it is none. */
  static ObjectNode putId(ObjectNode entry, String field, ItemId id) {
    return id.id().matches("-?\\d{1,18}")
        ? entry.put(field, Long.parseLong(id.id()))
        : entry.put(field, id.id());
  }

  @Override
  public void write(List<Answered> answers, Path file) throws IOException {
    ArrayNode list = JSON.createArrayNode();
    answers.forEach(one -> entry.accept(one, list.addObject()));
    Files.write(file, JSON.writeValueAsBytes(list));
  }
}
