package io.llavasg.sge;

import static io.llavasg.model.ComponentFixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.checkpoint.CheckpointParameters;
import io.llavasg.graph.Canvas;
import io.llavasg.graph.Mask;
import io.llavasg.graph.NodePooling;
import io.llavasg.model.ComponentFixture;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.sge.SceneGraphExpression.Expression;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the independent implementation in reference/model/sge.py. */
class SceneGraphExpressionTest {
  /** Everything is normalised or a mean, so of magnitude 1: a hundred float32 steps. */
  private static final double TOLERANCE = 1e-5;

  /** The module and W_g over a fixture's weights. */
  private record Module(SceneGraphExpression expression, Mlp projector, CheckpointParameters all) {
    static Module of(ComponentFixture fixture) {
      return Torch.infer(
          () -> {
            SceneGraphConfig config = fixture.sceneGraph();
            int features = Math.toIntExact(fixture.input("f_v").size(0));
            int size = Math.toIntExact(fixture.input("f_t").size(1));
            List<String> unused = new ArrayList<>();
            if (!config.messagePassing()) {
              unused.add("scene_graph\\.message_passing\\.");
            }
            if (!config.promptAttention()) {
              unused.add("scene_graph\\.prompt_(norm|proj|attention)\\.");
            }
            var all = fixture.parameters(unused.toArray(String[]::new));
            var expression =
                new SceneGraphExpression(all.in("scene_graph"), config, features, size);
            var projector = all.in("scene_graph_projector");
            return new Module(
                expression,
                new Mlp(
                    Linear.of(projector.in("linear_1"), config.hiddenSize(), size),
                    Activation.GELU,
                    Linear.of(projector.in("linear_2"), size, size)),
                all);
          });
    }
  }

  /** F_e (1, N, d_e): each mask's mean over F_v. */
  private static Tensor pooled(ComponentFixture fixture) {
    Tensor stack = fixture.input("masks");
    int height = Math.toIntExact(stack.size(1));
    int width = Math.toIntExact(stack.size(2));
    List<Mask> masks = new ArrayList<>();
    for (int i = 0; i < stack.size(0); i++) {
      float[] values = stack.select(0, i).toFloats();
      byte[] rows = new byte[values.length];
      for (int j = 0; j < rows.length; j++) {
        rows[j] = (byte) values[j];
      }
      masks.add(Mask.ofRowMajor(width, height, rows));
    }
    Tensor features = fixture.input("f_v");
    NodePooling pooling =
        NodePooling.of(
            masks,
            Canvas.whole(width, height),
            Math.toIntExact(features.size(1)),
            Math.toIntExact(features.size(2)));
    assertThat(pooling.offCanvas()).isEmpty();
    Tensor[] rows =
        pooling.weights().stream().map(row -> Tensor.of(row, row.length)).toArray(Tensor[]::new);
    return io.llavasg.tensor.Functional.stack(0, rows)
        .matmul(features.reshape(features.size(0), -1).transpose(0, 1))
        .unsqueeze(0);
  }

  static void assertAsReference(ComponentFixture fixture) {
    Module module = Module.of(fixture);
    assertThat(module.all().report().missing()).isEmpty();
    assertThat(module.all().report().unexpected()).isEmpty();
    assertThat(module.all().report().misshaped()).isEmpty();
    Torch.infer(
        () -> {
          Tensor entities = pooled(fixture);
          fixture.assertOutput(entities.select(0, 0), "f_e", TOLERANCE);
          Expression result =
              module.expression().forward(entities, fixture.input("f_t").unsqueeze(0));
          fixture.assertOutput(result.graph().select(0, 0), "graph", TOLERANCE);
          fixture.assertOutput(
              module.projector().forward(result.graph()).select(0, 0), "tokens", TOLERANCE);
          assertAttention(fixture, result.edgeAttention(), "edge_attention.");
          assertAttention(fixture, result.promptAttention(), "prompt_attention.");
          return true;
        });
  }

  private static void assertAttention(ComponentFixture fixture, List<Tensor> all, String name) {
    for (int i = 0; i < all.size(); i++) {
      fixture.assertOutput(all.get(i).select(0, 0), name + i, TOLERANCE);
    }
    assertThat(fixture.has("output." + name + all.size())).as("more attention").isFalse();
  }

  static Stream<Path> shipped() throws IOException {
    try (Stream<Path> files = Files.list(ComponentFixture.path("components"))) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith("sge-"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource
  void shipped(Path file) {
    try (var fixture = ComponentFixture.open(file)) {
      assertAsReference(fixture);
    }
  }

  @Test
  void goldensBesideTheProject() throws IOException {
    Path goldens = null;
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared/goldens/sge");
      goldens = goldens == null && Files.isDirectory(candidate) ? candidate : goldens;
    }
    Assumptions.assumeTrue(goldens != null, "no goldens beside the project");
    try (Stream<Path> files = Files.list(goldens)) {
      for (Path file : files.sorted().toList()) {
        try (var fixture = ComponentFixture.open(file)) {
          assertAsReference(fixture);
        }
      }
    }
  }

  @Test
  void permutingEntitiesPermutesTheGraph() {
    try (var fixture = ComponentFixture.named("sge-full")) {
      Module module = Module.of(fixture);
      Torch.infer(
          () -> {
            Tensor order = Tensor.ofIds(3, 0, 4, 2, 1);
            Tensor prompt = fixture.input("f_t").unsqueeze(0);
            Tensor entities = pooled(fixture);
            Expression plain = module.expression().forward(entities, prompt);
            Expression moved = module.expression().forward(entities.indexSelect(1, order), prompt);
            assertClose(moved.graph(), plain.graph().indexSelect(1, order), TOLERANCE, "graph");
            for (int i = 0; i < 3; i++) {
              Tensor edges = plain.edgeAttention().get(i);
              assertClose(
                  moved.edgeAttention().get(i),
                  edges.indexSelect(1, order).indexSelect(2, order),
                  TOLERANCE,
                  "edges");
            }
            assertClose(
                moved.promptAttention().get(0),
                plain.promptAttention().get(0).indexSelect(1, order),
                TOLERANCE,
                "prompt attention");
            return true;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sge-full", "sge-many-nodes"})
  void attentionRowsAddUpToOne(String name) {
    try (var fixture = ComponentFixture.named(name)) {
      Module module = Module.of(fixture);
      Torch.infer(
          () -> {
            Expression result =
                module.expression().forward(pooled(fixture), fixture.input("f_t").unsqueeze(0));
            List<Tensor> all = new ArrayList<>(result.edgeAttention());
            all.addAll(result.promptAttention());
            for (Tensor weights : all) {
              Tensor sums = weights.mean(2).mul((double) weights.size(2));
              Tensor ones = sums.copy().fillInPlace(1);
              assertClose(sums, ones, 1e-6, name);
            }
            return true;
          });
    }
  }
}
