package io.llavasg.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Data files about the drawn pictures, and the tiny model's preparation of them. */
final class Fixtures {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Path RESOURCES = Path.of("src/test/resources");
  static final Path DATA = RESOURCES.resolve("train/data");
  static final Path PICTURES = RESOURCES.resolve("model/pictures");
  static final Path MODEL = RESOURCES.resolve("model/tiny-llava-sg");

  /** The tiny tower sees 70 pixels in patches of 14. */
  static final int GRID = 5;

  static final int NODES = 6;
  static final int VOCABULARY = 640;

  private Fixtures() {}

  static Tokenizer tokenizer() {
    return Tokenizer.load(MODEL);
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Preparation preparation(ConversationTemplate template, int maxLength) {
    return new Preparation(
        template,
        ClipImageProcessor.read(
            MODEL, template == ConversationTemplate.PLAIN ? AspectRatio.NONE : AspectRatio.PAD),
        GRID,
        template == ConversationTemplate.PLAIN ? OptionalInt.empty() : OptionalInt.of(NODES),
        maxLength,
        VOCABULARY);
  }

  static DataSource source(Path file) {
    return new DataSource(
        SampleFile.open(file), Optional.of(PICTURES), new FieldEntities(PICTURES));
  }

  static DataSet data(String... names) {
    return new DataSet(
        List.of(names).stream().map(name -> source(DATA.resolve(name + ".json"))).toList());
  }

  /** A file of these samples, a line each. */
  static Path lines(Path folder, ObjectNode... samples) {
    try {
      return Files.writeString(
          folder.resolve("samples.jsonl"),
          String.join("\n", List.of(samples).stream().map(ObjectNode::toString).toList()) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A sound sample about wide.png with no entity in it. */
  static ObjectNode sample(String id) {
    ObjectNode sample = JSON.createObjectNode().put("id", id).put("image", "wide.png");
    sample.putArray("entities");
    turn(sample, "human", "<image>\nWhat is it?");
    turn(sample, "gpt", "A ball.");
    return sample;
  }

  static void turn(ObjectNode sample, String from, String value) {
    sample.withArray("conversations").addObject().put("from", from).put("value", value);
  }
}
