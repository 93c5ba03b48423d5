package io.llavasg.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.graph.Box;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.perception.Detection;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.PerceivedJson;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.Segment;
import io.llavasg.perception.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One stage of perception by itself, as far as it goes: nothing is selected from its results.
 *
 * @param name the image's file name
 */
record StageRun(Kind kind, RgbImage image, String name) {
  /** What a mask in a given box is called. */
  private static final String LABEL = "object";

  /** Which stage. */
  enum Kind {
    TAGGER(CheckpointKind.RAM),
    DETECTOR(CheckpointKind.GROUNDING_DINO),
    SEGMENTER(CheckpointKind.SAM);

    private final CheckpointKind checkpoint;

    Kind(CheckpointKind checkpoint) {
      this.checkpoint = checkpoint;
    }

    CheckpointKind checkpoint() {
      return checkpoint;
    }
  }

  /** For machines and for people. */
  record Result(ObjectNode json, String text) {}

  /**
   * Runs the stage.
   *
   * @param tags what the detector looks for
   * @param boxes the segmenter's, a file
   */
  Result result(PerceptionPipeline pipeline, List<String> tags, Optional<Path> boxes) {
    ObjectNode json = AnswerJson.JSON.createObjectNode();
    return switch (kind) {
      case TAGGER -> {
        List<Tag> found = pipeline.tag(image);
        json.set("tags", PerceivedJson.tags(found));
        yield new Result(json, text(found));
      }
      case DETECTOR -> {
        List<String> labels =
            tags.stream().map(String::strip).filter(tag -> !tag.isEmpty()).distinct().toList();
        List<Detection> found = pipeline.detect(image, labels);
        json.set("detections", PerceivedJson.detections(found));
        yield new Result(json, detections(found));
      }
      case SEGMENTER -> {
        Entities entities = segmented(pipeline, boxes(boxes.orElseThrow()));
        yield new Result(EntitiesFile.toJson(entities), text(entities));
      }
    };
  }

  private Entities segmented(PerceptionPipeline pipeline, List<Box> boxes) {
    List<Segment> segments = boxes.isEmpty() ? List.of() : pipeline.segment(image, boxes);
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      Segment segment = segments.get(i);
      entities.add(new Entity(LABEL, segment.quality(), Optional.of(boxes.get(i)), segment.mask()));
    }
    return new Entities(Optional.of(name), entities);
  }

  private List<Box> boxes(Path file) {
    try {
      JsonNode list = AnswerJson.JSON.readTree(Files.readAllBytes(file));
      if (!list.isArray()) {
        throw LlavaSgException.user("'%s' is no list [[x0, y0, x1, y1], ...]", file);
      }
      List<Box> boxes = new ArrayList<>();
      for (JsonNode corners : list) {
        boxes.add(box(file, boxes.size(), corners));
      }
      return boxes;
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "'%s' is not valid JSON: %s", file, e.getOriginalMessage());
    } catch (IOException e) {
      throw LlavaSgException.user(e, "there is no file of boxes '%s' that can be read", file);
    }
  }

  private Box box(Path file, int index, JsonNode corners) {
    boolean numbers = corners.isArray() && corners.size() == 4;
    for (JsonNode corner : corners) {
      numbers &= corner.isNumber();
    }
    if (!numbers) {
      throw LlavaSgException.user(
          "'%s': box %d is not [x0, y0, x1, y1] but %s", file, index, corners);
    }
    Box box =
        new Box(
            corners.get(0).doubleValue(),
            corners.get(1).doubleValue(),
            corners.get(2).doubleValue(),
            corners.get(3).doubleValue());
    if (!box.touches(image.width(), image.height())) {
      throw LlavaSgException.user(
          "'%s': box %d, %s, lies outside the image of %d × %d pixels",
          file, index, corners, image.width(), image.height());
    }
    return box;
  }

  /** Tags and entities as tables. */
  static String text(Perceived perceived) {
    String tags = String.join(", ", perceived.tags().stream().map(Tag::name).toList());
    return "tags: %s%n%n%s".formatted(tags.isEmpty() ? "none" : tags, text(perceived.entities()));
  }

  private static String text(List<Tag> tags) {
    Table table = new Table().row("tag", "score");
    tags.forEach(tag -> table.row(tag.name(), score(tag.score())));
    return table.toString();
  }

  private static String detections(List<Detection> detections) {
    Table table = new Table().row("label", "score", "x0", "y0", "x1", "y1");
    detections.forEach(found -> row(table, found.label(), found.score(), found.box(), ""));
    return table.toString();
  }

  private static String text(Entities entities) {
    Table table = new Table().row("entity", "score", "x0", "y0", "x1", "y1", "pixels");
    for (Entity entity : entities.list()) {
      Box box = entity.box().orElse(new Box(0, 0, 0, 0));
      row(table, entity.label(), entity.score(), box, "" + entity.mask().area());
    }
    return table.toString();
  }

  private static void row(Table table, String label, double score, Box box, String last) {
    table.row(
        label,
        score(score),
        pixels(box.x0()),
        pixels(box.y0()),
        pixels(box.x1()),
        pixels(box.y1()),
        last);
  }

  private static String score(double score) {
    return String.format(Locale.ROOT, "%.3f", score);
  }

  private static String pixels(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
