package io.llavasg;

import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.model.convert.Conversion;
import io.llavasg.model.convert.ConversionOptions;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.DType;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A converted model answers without a graph as the reference answers before the conversion. */
class ConvertedModelTest {
  private static final ConversionOptions SMALL =
      ConversionOptions.DEFAULT.withSceneGraph(
          new SceneGraphConfig(16, 4, 24, 2, 1, 1e-5, true, true, 5));

  @TempDir private Path directory;

  private static Path path(String name) {
    return ExpectedCase.fixture(name);
  }

  private void assertAnswersAs(String reference, Conversion conversion) {
    Path out = directory.resolve("out");
    conversion.write(out, SMALL, WriteProgress.NONE);
    LoadOptions options = LoadOptions.DEFAULT.withPrecision(Precision.of(DType.F32));
    try (var model = LlavaSg.load(out, options)) {
      ExpectedCase.of(reference).forEach(c -> c.assertAnswered(model.ask(c.question())));
    }
  }

  @Test
  void fromThePublishedLayout() {
    String name = "tiny-llava-hf-f16";
    assertAnswersAs(name, Conversion.from(path(name), Optional.empty()));
  }

  @Test
  void fromThePublishedLayoutInBfloat16() {
    String name = "tiny-llava-hf-bf16";
    assertAnswersAs(name, Conversion.from(path(name), Optional.empty()));
  }

  @Test
  void fromTheOriginalLayout() {
    assertAnswersAs(
        "tiny-llava-hf-f16", Conversion.from(path("tiny-llava-original"), Optional.empty()));
  }

  @Test
  void fromTheOriginalLayoutWithTheTowerInside() {
    Path model = path("tiny-llava-original-tower");
    assertAnswersAs("tiny-llava-hf-f16", Conversion.from(model, Optional.of(path("tiny-clip"))));
  }

  @Test
  void fromParts() {
    assertAnswersAs(
        "tiny-llava-hf-f16",
        Conversion.ofParts(
            path("tiny-vicuna"), path("tiny-clip"), Optional.of(path("mm_projector.bin"))));
  }
}
