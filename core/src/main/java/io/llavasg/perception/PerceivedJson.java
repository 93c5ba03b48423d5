package io.llavasg.perception;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.graph.EntitiesFile;
import java.util.ArrayList;
import java.util.List;

/**
 * Results of perception as JSON: an entities file ({@link EntitiesFile}) with {@code "tags":
 * [{"tag", "score"}]} besides.
 */
public final class PerceivedJson {
  private PerceivedJson() {}

  public static ObjectNode toJson(Perceived perceived) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    perceived.entities().image().ifPresent(image -> json.put("image", image));
    json.set("tags", tags(perceived.tags()));
    json.set("entities", EntitiesFile.toJson(perceived.entities()).get("entities"));
    return json;
  }

  /** A list {@code [{"tag", "score"}]}. */
  public static ArrayNode tags(List<Tag> tags) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    tags.forEach(tag -> list.addObject().put("tag", tag.name()).put("score", tag.score()));
    return list;
  }

  /** A list {@code [{"label", "score", "box": [x0, y0, x1, y1]}]}. */
  public static ArrayNode detections(List<Detection> detections) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Detection found : detections) {
      list.addObject()
          .put("label", found.label())
          .put("score", found.score())
          .putArray("box")
          .add(found.box().x0())
          .add(found.box().y0())
          .add(found.box().x1())
          .add(found.box().y1());
    }
    return list;
  }

  /**
   * Reads what {@link #toJson} makes.
   *
   * @param source what errors name
   * @throws LlavaSgException user, if it is something else
   */
  public static Perceived parse(String source, JsonNode json) {
    List<Tag> tags = new ArrayList<>();
    for (JsonNode tag : json.path("tags")) {
      if (!tag.path("tag").isTextual() || !tag.path("score").isNumber()) {
        throw LlavaSgException.user("%s: tag %d is no {\"tag\", \"score\"}", source, tags.size());
      }
      tags.add(new Tag(tag.get("tag").textValue(), tag.get("score").doubleValue()));
    }
    return new Perceived(tags, EntitiesFile.parse(source, json));
  }
}
