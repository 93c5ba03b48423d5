package io.llavasg.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.data.Example;
import io.llavasg.graph.Canvas;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import io.llavasg.graph.NodePooling;
import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.PixelValues;
import io.llavasg.image.RgbImage;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.text.Conversation;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Prompt;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Role;
import io.llavasg.text.Tokenizer;
import io.llavasg.text.Turn;
import io.llavasg.train.TrainingSettings.Activations;
import io.llavasg.train.TrainingSettings.NonFinite;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The fixtures of reference/train: a tiny LLaVA-SG, samples, and what PyTorch makes of them. */
final class TrainingFixture {
  static final List<String> STAGE2 = List.of("scene_graph", "scene_graph_projector", "marker_rows");
  static final List<String> EVERYTHING =
      List.of(
          "multi_modal_projector",
          "language_model",
          "scene_graph",
          "scene_graph_projector",
          "marker_rows");

  private TrainingFixture() {}

  static Path resource(String name) {
    try {
      return Path.of(Objects.requireNonNull(TrainingFixture.class.getResource("/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static ModelFiles model() {
    return ModelFiles.read(resource("model/tiny-llava-sg"), Optional.empty());
  }

  static JsonNode expected() {
    try {
      return new ObjectMapper().readTree(resource("train/expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fixture's samples made ready: conversations of several turns, or captions. */
  static List<Example> examples(String list, ConversationTemplate template) {
    List<Example> examples = new ArrayList<>();
    ClipImageProcessor processor =
        ClipImageProcessor.read(resource("model/tiny-llava-sg"), AspectRatio.PAD);
    try (Tokenizer tokenizer = Tokenizer.load(resource("model/tiny-llava-sg"))) {
      PromptAssembler assembler = new PromptAssembler(tokenizer, template);
      for (JsonNode sample : expected().path(list)) {
        examples.add(example(sample, assembler, processor));
      }
    }
    return examples;
  }

  static List<Example> instructions() {
    return examples("instructions", ConversationTemplate.VICUNA_V1);
  }

  static List<Example> captions() {
    return examples("captions", ConversationTemplate.PLAIN);
  }

  private static Example example(
      JsonNode sample, PromptAssembler assembler, ClipImageProcessor processor) {
    List<Turn> turns = new ArrayList<>();
    for (JsonNode text : sample.path("turns")) {
      turns.add(new Turn(turns.size() % 2 == 0 ? Role.USER : Role.ASSISTANT, text.asText()));
    }
    boolean pictured = sample.path("picture").isTextual();
    Conversation conversation =
        new Conversation(
            turns, pictured ? Conversation.ImageInput.ATTACHED : Conversation.ImageInput.NONE);
    Prompt prompt = assembler.assemble(conversation);
    Optional<PixelValues> pixels = Optional.empty();
    Optional<NodePooling> nodes = Optional.empty();
    if (pictured) {
      Path picture = resource("model/pictures/" + sample.path("picture").asText());
      RgbImage image = ImageFile.read(picture, Orientation.IGNORE_EXIF);
      pixels = Optional.of(processor.apply(image));
      if (sample.path("entities").isArray()) {
        nodes = Optional.of(pooling(sample, picture, image));
      }
    }
    int length =
        prompt.textLength()
            + (pictured ? 25 : 0)
            + nodes.map(pooling -> pooling.weights().size() + 2).orElse(0);
    return new Example(
        sample.path("id").asText(),
        prompt,
        assembler.promptText(conversation),
        pixels,
        nodes,
        length);
  }

  private static NodePooling pooling(JsonNode sample, Path picture, RgbImage image) {
    Path file = Path.of(picture.toString().replaceFirst("\\.\\w+$", ".json"));
    List<Entity> all = EntitiesFile.read(file).list();
    List<io.llavasg.graph.Mask> masks = new ArrayList<>();
    sample.path("entities").forEach(index -> masks.add(all.get(index.asInt()).mask()));
    return NodePooling.of(masks, Canvas.padded(image.width(), image.height()), 5, 5);
  }

  /** Settings for tests that say what differs. */
  static TrainingSettings settings(List<String> trainable, int batch, int accumulation) {
    return settings(trainable, Optional.empty(), batch, accumulation);
  }

  static TrainingSettings settings(
      List<String> trainable, Optional<Lora> lora, int batch, int accumulation) {
    return new TrainingSettings(
        trainable,
        lora,
        new Optimisation(2e-3, Map.of(), 0.03, 0, 0.9, 0.999, 1e-8, 1.0, Optional.empty()),
        batch,
        accumulation,
        40,
        DType.F32,
        Activations.KEPT,
        NonFinite.STOP,
        7);
  }

  /** The settings that a record of the reference's runs was made with. */
  static TrainingSettings settings(JsonNode json, List<String> trainable) {
    Map<String, Double> rates = new LinkedHashMap<>();
    json.path("learning_rates")
        .properties()
        .forEach(entry -> rates.put(entry.getKey(), entry.getValue().asDouble()));
    return new TrainingSettings(
        trainable,
        Optional.empty(),
        new Optimisation(
            json.path("learning_rate").asDouble(),
            rates,
            json.path("warmup_ratio").asDouble(),
            json.path("weight_decay").asDouble(),
            json.path("beta1").asDouble(),
            json.path("beta2").asDouble(),
            json.path("epsilon").asDouble(),
            json.path("clip").asDouble(),
            Optional.empty()),
        json.path("batch").asInt(),
        1,
        json.path("steps").asInt(),
        DType.F32,
        Activations.KEPT,
        NonFinite.STOP,
        7);
  }

  static TrainingSettings with(TrainingSettings s, Muon muon) {
    Optimisation o = s.optimisation();
    return new TrainingSettings(
        s.trainable(),
        s.lora(),
        new Optimisation(
            o.learningRate(),
            o.learningRates(),
            o.warmupRatio(),
            o.weightDecay(),
            o.beta1(),
            o.beta2(),
            o.epsilon(),
            o.clip(),
            Optional.of(muon)),
        s.batch(),
        s.accumulation(),
        s.steps(),
        s.weights(),
        s.activations(),
        s.nonFinite(),
        s.seed());
  }

  static TrainingSettings with(TrainingSettings s, Activations activations, DType weights) {
    return new TrainingSettings(
        s.trainable(),
        s.lora(),
        s.optimisation(),
        s.batch(),
        s.accumulation(),
        s.steps(),
        weights,
        activations,
        s.nonFinite(),
        s.seed());
  }

  static TrainingSettings with(TrainingSettings s, int steps, NonFinite nonFinite) {
    return new TrainingSettings(
        s.trainable(),
        s.lora(),
        s.optimisation(),
        s.batch(),
        s.accumulation(),
        steps,
        s.weights(),
        s.activations(),
        nonFinite,
        s.seed());
  }

  /** A file's float32 values by name. */
  static Map<String, float[]> tensors(Path file) {
    Map<String, float[]> all = new HashMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      for (StoredTensor tensor : open.tensors().values()) {
        all.put(tensor.name(), tensor.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      }
    }
    return all;
  }

  /** What must be in a map. */
  static <T> T in(Map<String, T> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }

  /** Largest difference, as a part of the largest value that is expected. */
  static void assertClose(String name, float[] actual, float[] expected, double tolerance) {
    assertThat(actual.length).as(name).isEqualTo(expected.length);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(difference).as("%s, values up to %s", name, largest).isLessThan(tolerance * largest);
  }

  /** Examples in a circle. */
  static final class Circle implements ExampleSource {
    private final List<Example> examples;
    private int position;

    Circle(List<Example> examples) {
      this.examples = examples;
    }

    @Override
    public List<Example> next(int count) {
      List<Example> next = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        next.add(examples.get(position++ % examples.size()));
      }
      return next;
    }

    @Override
    public String state() {
      return Integer.toString(position);
    }

    @Override
    public void restore(String state) {
      position = Integer.parseInt(state);
    }
  }
}
