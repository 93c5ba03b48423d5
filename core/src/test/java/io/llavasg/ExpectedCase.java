package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withPrecision;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.WeightFile;
import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.generate.Trace;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.tensor.TestDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * A question with the answer that reference implementations give to it: an element of an
 * expected.json, as reference/README.md describes it.
 *
 * @param expectations the expected.json's folder
 */
record ExpectedCase(Path expectations, JsonNode json) {

  /** Reference implementations' answers hold on every device. */
  static final LoadOptions OPTIONS = LoadOptions.DEFAULT.withDevice(TestDevice.DEVICE);

  /** Every expected answer ends after so many tokens, if the end token does not come before. */
  static final GenerationConfig GENERATION = GenerationConfig.GREEDY.withMaxNewTokens(24);

  /**
   * Logits are about 10 and pass through about ten layers of float32, whose rounding is 1e-6 there;
   * a wrong weight, rounding to bfloat16 or a pixel off by one shows from 1e-3 on.
   */
  private static final double LOGIT_TOLERANCE = 1e-4;

  private static final double TRACE_TOLERANCE = 1e-4;

  /** A folder of the project's own model fixtures. */
  static Path fixture(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ExpectedCase.class.getResource("/model/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All cases of the fixture {@code model}. */
  static List<ExpectedCase> of(String model) {
    return read(fixture(model), "results");
  }

  /** The case {@code id} of the fixture {@code model}. */
  static ExpectedCase of(String model, String id) {
    return of(model).stream()
        .filter(expected -> expected.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** The cases in the list {@code name} of a folder's expected.json. */
  static List<ExpectedCase> read(Path folder, String name) {
    JsonNode root = tree(folder);
    return StreamSupport.stream(root.path(name).spliterator(), false)
        .map(json -> new ExpectedCase(folder, json))
        .toList();
  }

  static JsonNode tree(Path folder) {
    try {
      return new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String id() {
    return json.path("id").asText();
  }

  boolean isSingleTurn() {
    return json.path("turns").isEmpty();
  }

  boolean endsByItself() {
    return json.path("finish").asText().equals("stop");
  }

  boolean hasSceneGraph() {
    return json.path("mode").asText().equals("scene_graph");
  }

  int[] generatedIds() {
    return StreamSupport.stream(json.path("generated_ids").spliterator(), false)
        .mapToInt(JsonNode::asInt)
        .toArray();
  }

  Path imageFile() {
    return expectations.resolveSibling(json.path("image").asText());
  }

  /** The question with its earlier turns and its scene; a case with a trace asks for one. */
  Question question() {
    Question question =
        Question.about(
                ImageFile.read(imageFile(), Orientation.APPLY_EXIF), json.path("question").asText())
            .with(GENERATION);
    for (JsonNode turn : json.path("turns")) {
      question = question.then(turn.path("answer").asText(), turn.path("question").asText());
    }
    if (trace().isPresent()) {
      question = question.traced();
    }
    return hasSceneGraph()
        ? question.with(new Entities(Optional.empty(), entities()))
        : question.withoutSceneGraph();
  }

  private List<Entity> entities() {
    Path file = expectations.resolve(json.path("entities_file").asText("entities.json"));
    return picked(EntitiesFile.read(file).list(), "entities");
  }

  private Optional<Path> trace() {
    return Optional.of(json.path("trace").asText())
        .filter(t -> !t.isEmpty())
        .map(expectations::resolve);
  }

  private List<Entity> picked(List<Entity> from, String indices) {
    List<Entity> picked = new ArrayList<>();
    json.path(indices).forEach(index -> picked.add(from.get(index.asInt())));
    return picked;
  }

  /** Checks all that an answer says against the reference. */
  void assertAnswered(Answer answer) {
    assertThat(answer.tokenIds()).isEqualTo(generatedIds());
    assertThat(answer.text()).isEqualTo(json.path("answer").asText());
    assertThat(answer.promptTokens()).isEqualTo(json.path("prompt_token_count").asInt());
    assertFirstLogits(answer, json.path("first_logits_top5"));
    assertThat(answer.sceneGraph().isPresent()).isEqualTo(hasSceneGraph());
    if (hasSceneGraph() && json.has("kept_entities")) {
      assertThat(answer.nodes()).isEqualTo(picked(entities(), "kept_entities"));
    }
    trace().ifPresent(file -> assertTrace(answer.trace().orElseThrow(), file));
  }

  static void assertFirstLogits(Answer answer, JsonNode top5) {
    List<Answer.Scored> candidates = answer.firstCandidates(5);
    assertThat(top5).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertThat(candidates.get(i).id()).isEqualTo(top5.get(i).get(0).asInt());
      assertThat((double) candidates.get(i).logit())
          .isCloseTo(top5.get(i).get(1).asDouble(), within(LOGIT_TOLERANCE));
    }
  }

  /** Checks every tensor of a safetensors file of float32 values against the trace. */
  static void assertTrace(Trace trace, Path file) {
    try (WeightFile expected = WeightFile.open(file)) {
      assertThat(trace.tensors().keySet()).containsAll(expected.tensors().keySet());
      for (Map.Entry<String, StoredTensor> entry : expected.tensors().entrySet()) {
        Trace.Values actual = Objects.requireNonNull(trace.tensors().get(entry.getKey()));
        assertThat(actual.shape())
            .as(entry.getKey())
            .isEqualTo(entry.getValue().shape().stream().mapToLong(Long::longValue).toArray());
        assertThat(actual.data())
            .as(entry.getKey())
            .containsExactly(floats(entry.getValue()), withPrecision((float) TRACE_TOLERANCE));
      }
    }
  }

  private static float[] floats(StoredTensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.data().byteSize() / Float.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          tensor
              .data()
              .get(
                  ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
                  (long) i * Float.BYTES);
    }
    return values;
  }

  @Override
  public String toString() {
    return expectations.getFileName() + " " + id();
  }
}
