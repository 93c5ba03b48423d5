package io.llavasg.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes files of entities: {@code {"image": "x.jpg", "entities": [{"label", "score",
 * "box": [x0, y0, x1, y1], "segmentation": {"size": [height, width], "counts": [...] or "..."}}]}}.
 *
 * <p>{@code score} may be missing and is 1 then; {@code box} may be missing and is the mask's
 * extent then; fields of other names are left alone. Every error is a user's, in one line that
 * names the file and the entity (counted from 0).
 */
public final class EntitiesFile {

  /** Python writes NaN as such; reading it gives a better error than "not JSON". */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private EntitiesFile() {}

  /** Reads a file without knowing its photo. */
  public static Entities read(Path file) {
    return parse(file.toString(), tree(file));
  }

  /** Reads a file, all of whose masks must be of the photo's size. */
  public static Entities read(Path file, int imageWidth, int imageHeight) {
    Entities entities = read(file);
    requireSize(file.toString(), entities, imageWidth, imageHeight);
    return entities;
  }

  /** Entities of a JSON tree; {@code source} is what errors name. */
  public static Entities parse(String source, JsonNode root) {
    JsonNode list = root.path("entities");
    if (!list.isArray()) {
      throw LlavaSgException.user(
          "%s: no list \"entities\"; expected {\"image\": …, \"entities\": […]}", source);
    }
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      try {
        entities.add(entity(list.get(i)));
      } catch (LlavaSgException e) {
        throw LlavaSgException.user(
            e, "%s: entity %d: %s", source, i, String.valueOf(e.getMessage()));
      }
    }
    JsonNode image = root.path("image");
    return new Entities(
        image.isTextual() ? Optional.of(image.textValue()) : Optional.empty(), entities);
  }

  /** Refuses masks of another size than the photo's; {@code source} is what errors name. */
  public static void requireSize(
      String source, Entities entities, int imageWidth, int imageHeight) {
    for (int i = 0; i < entities.size(); i++) {
      Mask mask = entities.list().get(i).mask();
      if (mask.width() != imageWidth || mask.height() != imageHeight) {
        throw LlavaSgException.user(
            "%s: entity %d: the mask is %d × %d pixels, but the image is %d × %d; give entities of"
                + " this image",
            source, i, mask.width(), mask.height(), imageWidth, imageHeight);
      }
    }
  }

  /** The tree that {@link #parse} reads; callers may add fields of their own. */
  public static ObjectNode toJson(Entities entities) {
    ObjectNode root = JSON.createObjectNode();
    entities.image().ifPresent(image -> root.put("image", image));
    ArrayNode list = root.putArray("entities");
    for (Entity entity : entities.list()) {
      ObjectNode node = list.addObject().put("label", entity.label()).put("score", entity.score());
      entity
          .box()
          .ifPresent(
              box -> node.putArray("box").add(box.x0()).add(box.y0()).add(box.x1()).add(box.y1()));
      ObjectNode segmentation = node.putObject("segmentation");
      segmentation.putArray("size").add(entity.mask().height()).add(entity.mask().width());
      ArrayNode counts = segmentation.putArray("counts");
      for (int count : entity.mask().counts()) {
        counts.add(count);
      }
    }
    return root;
  }

  /** Writes a file that {@link #read} reads. */
  public static void write(Entities entities, Path file) {
    try {
      Files.write(file, JSON.writeValueAsBytes(toJson(entities)));
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "cannot write %s: %s; choose a folder that can be written to", file, e);
    }
  }

  private static JsonNode tree(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(
          e,
          "%s is not JSON (line %d): %s",
          file,
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          e.getOriginalMessage().replace('\n', ' '));
    } catch (NoSuchFileException e) {
      throw LlavaSgException.user(e, "%s: no such file", file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read %s: %s", file, e);
    }
  }

  private static Entity entity(JsonNode node) {
    JsonNode label = node.path("label");
    if (!label.isTextual()) {
      throw LlavaSgException.user("no text \"label\"");
    }
    JsonNode score = node.path("score");
    if (!(score.isNumber() || absent(score))) {
      throw LlavaSgException.user("\"score\" must be a number, not %s", brief(score));
    }
    Mask mask = mask(node.path("segmentation"));
    Optional<Box> box = box(node.path("box"));
    if (box.isPresent() && !box.get().touches(mask.width(), mask.height())) {
      throw LlavaSgException.user(
          "\"box\" %s lies outside the image of %d × %d pixels",
          brief(node.path("box")), mask.width(), mask.height());
    }
    return new Entity(label.textValue(), score.isNumber() ? score.doubleValue() : 1, box, mask);
  }

  private static Optional<Box> box(JsonNode box) {
    if (absent(box)) {
      return Optional.empty();
    }
    boolean numbers = box.isArray() && box.size() == 4;
    for (JsonNode corner : box) {
      numbers &= corner.isNumber();
    }
    if (!numbers) {
      throw LlavaSgException.user("\"box\" must be [x0, y0, x1, y1], not %s", brief(box));
    }
    return Optional.of(
        new Box(
            box.get(0).doubleValue(),
            box.get(1).doubleValue(),
            box.get(2).doubleValue(),
            box.get(3).doubleValue()));
  }

  private static Mask mask(JsonNode segmentation) {
    if (absent(segmentation)) {
      throw LlavaSgException.user("no \"segmentation\"; every entity needs a mask");
    }
    JsonNode size = segmentation.path("size");
    if (!size.isArray() || size.size() != 2 || !size.get(0).isInt() || !size.get(1).isInt()) {
      throw LlavaSgException.user(
          "broken RLE: \"size\" must be [height, width], not %s", brief(size));
    }
    int height = size.get(0).intValue();
    int width = size.get(1).intValue();
    JsonNode counts = segmentation.path("counts");
    if (counts.isTextual()) {
      return Mask.ofCompressed(width, height, counts.textValue());
    }
    if (!counts.isArray()) {
      throw LlavaSgException.user(
          "broken RLE: \"counts\" must be a list or a compressed string, not %s", brief(counts));
    }
    int[] runs = new int[counts.size()];
    for (int i = 0; i < runs.length; i++) {
      if (!counts.get(i).isInt()) {
        throw LlavaSgException.user("broken RLE: count %d is %s", i, brief(counts.get(i)));
      }
      runs[i] = counts.get(i).intValue();
    }
    return Mask.ofCounts(width, height, runs);
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static String brief(JsonNode node) {
    String text = node.isMissingNode() ? "missing" : node.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
