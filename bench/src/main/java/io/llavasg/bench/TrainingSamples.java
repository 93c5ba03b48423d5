package io.llavasg.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.graph.Box;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Data files of the three stages out of pictures whose entities are known: what the masks say is
 * true of them, in words. Small, in the real formats, for tests and experiments.
 */
@Command(
    name = "samples",
    mixinStandardHelpOptions = true,
    description =
        "Data files of the three stages out of pictures with entities (F.json beside F.jpg), or"
            + " photos with polygons (YOLO's labels).",
    footer = {"", "Example: bench/run samples --pictures DIR --out DIR"})
final class TrainingSamples implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FEW_DOZEN = 24;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--pictures", paramLabel = "DIR", required = true, description = "Pictures.")
  private Path pictures = Path.of("");

  @Option(
      names = "--labels",
      paramLabel = "DIR",
      description = "Polygons, F.txt for F.jpg; without, entities files stand beside the pictures.")
  private Path labels = Path.of("");

  @Option(
      names = "--classes",
      paramLabel = "F.yaml",
      description = "Names of the polygons' classes.")
  private Path classes = Path.of("");

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where to write.")
  private Path out = Path.of("");

  @Option(names = "--seed", paramLabel = "N", description = "Of the choices (default: 0).")
  private long seed;

  @Override
  public Integer call() throws IOException {
    boolean drawn = labels.toString().isEmpty();
    List<KnownPicture> known =
        drawn ? KnownPicture.drawn(pictures) : KnownPicture.photos(pictures, labels, classes);
    Random random = new Random(seed);
    ArrayNode captions = JSON.createArrayNode();
    ArrayNode relations = JSON.createArrayNode();
    ArrayNode instructions = JSON.createArrayNode();
    int each = Math.max(1, Math.ceilDiv(FEW_DOZEN, known.size()));
    for (KnownPicture picture : known) {
      for (int i = 0; i < each; i++) {
        captions.add(caption(picture, random, i));
        instructions.add(instruction(picture, random, i));
      }
      relations(picture, random, 2 * each).forEach(relations::add);
    }
    texts(random, Math.max(4, known.size() / 4)).forEach(instructions::add);
    Files.createDirectories(out);
    write("captions.json", captions);
    write("relations.json", relations);
    write("instructions.json", instructions);
    spec.commandLine()
        .getOut()
        .println(
            JSON.createObjectNode()
                .put("captions", captions.size())
                .put("relations", relations.size())
                .put("instructions", instructions.size()));
    return 0;
  }

  private void write(String name, ArrayNode samples) throws IOException {
    String lines =
        samples.valueStream().map(TrainingSamples::line).collect(Collectors.joining(",\n"));
    Files.writeString(out.resolve(name), "[\n" + lines + "\n]\n");
  }

  private static String line(JsonNode sample) {
    try {
      return JSON.writeValueAsString(sample);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.internal(e, "cannot write JSON");
    }
  }

  private static ObjectNode caption(KnownPicture picture, Random random, int number) {
    List<String> things =
        new ArrayList<>(picture.entities().list().stream().map(Entity::label).distinct().toList());
    Collections.shuffle(things, random);
    String said = things.stream().limit(3).collect(Collectors.joining(" and a "));
    return sample(picture, "caption-" + number)
        .with("Give a brief description of the image.\n<image>", "a " + said)
        .json();
  }

  /** Which of two things stands where, by the centres of their boxes. */
  private static List<ObjectNode> relations(KnownPicture picture, Random random, int count) {
    List<ObjectNode> samples = new ArrayList<>();
    List<Entity> boxed = picture.boxed();
    for (int i = 0; i < count && boxed.size() > 1; i++) {
      Entity first = boxed.get(random.nextInt(boxed.size()));
      Entity second = boxed.get(random.nextInt(boxed.size()));
      if (first == second) {
        continue;
      }
      String predicate = predicate(first.box().orElseThrow(), second.box().orElseThrow());
      ObjectNode json =
          sample(picture, "relation-" + i)
              .with(
                  "<image>\nWhat is the relation between the %s and the %s?\nAnswer the question using a single word or phrase."
                      .formatted(first.label(), second.label()),
                  predicate)
              .json();
      samples.add(withEntities(json.put("predicate", predicate).put("source", "masks"), picture));
    }
    return samples;
  }

  private static String predicate(Box a, Box b) {
    double across = (a.x0() + a.x1() - b.x0() - b.x1()) / 2;
    double down = (a.y0() + a.y1() - b.y0() - b.y1()) / 2;
    if (Math.abs(across) > Math.abs(down)) {
      return across < 0 ? "left of" : "right of";
    }
    return down < 0 ? "above" : "below";
  }

  /** Two turns, the image's marker last as in many of the real samples. */
  private static ObjectNode instruction(KnownPicture picture, Random random, int number) {
    List<Entity> list = picture.entities().list();
    String asked = list.isEmpty() ? "cat" : list.get(random.nextInt(list.size())).label();
    long count = list.stream().filter(entity -> entity.label().equals(asked)).count();
    String names =
        list.stream().map(Entity::label).distinct().sorted().collect(Collectors.joining(", "));
    ObjectNode json =
        sample(picture, "instruction-" + number)
            .with("How many of this are there: %s?\n<image>".formatted(asked), Long.toString(count))
            .with("What else is there?", names.isEmpty() ? "Nothing." : "There is " + names + ".")
            .json();
    return withEntities(json, picture);
  }

  private static List<ObjectNode> texts(Random random, int count) {
    List<ObjectNode> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int a = random.nextInt(10);
      int b = random.nextInt(10);
      samples.add(
          new SampleBuilder("text-" + i)
              .with("What is %d and %d?".formatted(a, b), Integer.toString(a + b))
              .json());
    }
    return samples;
  }

  private static ObjectNode withEntities(ObjectNode json, KnownPicture picture) {
    Entities compact = new Entities(Optional.empty(), picture.entities().list());
    ObjectNode entities = EntitiesFile.toJson(compact);
    for (int i = 0; i < compact.size(); i++) {
      ((ObjectNode) entities.path("entities").path(i).path("segmentation"))
          .put("counts", compact.list().get(i).mask().compressed());
    }
    json.set("entities", entities.path("entities"));
    return json;
  }

  private static SampleBuilder sample(KnownPicture picture, String kind) {
    SampleBuilder builder = new SampleBuilder(picture.stem() + "-" + kind);
    builder.json().put("image", picture.file());
    return builder;
  }

  /** Writes LLaVA's format. */
  private static final class SampleBuilder {
    private final ObjectNode json = JSON.createObjectNode();

    SampleBuilder(String id) {
      json.put("id", id);
    }

    SampleBuilder with(String question, String answer) {
      ArrayNode turns = json.withArray("conversations");
      turns.addObject().put("from", "human").put("value", question);
      turns.addObject().put("from", "gpt").put("value", answer);
      return this;
    }

    ObjectNode json() {
      return json;
    }
  }
}
