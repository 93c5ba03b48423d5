package io.llavasg.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.checkpoint.CheckpointParameters;
import io.llavasg.model.ComponentFixture;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipVisionTowerTest {
  /**
   * Hidden states are of magnitude 1 to 10, at which float32 resolves 1e-7 to 1e-6; a few layers of
   * sums in another order stay within ten such steps, and a wrong formula does not.
   */
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @ValueSource(strings = {"clip-five-heads", "clip-gelu-one-head"})
  void featuresAreTheLastHiddenStateButOne(String name) {
    try (var fixture = ComponentFixture.named(name)) {
      ClipVisionConfig config = fixture.clip();
      int layers = config.numHiddenLayers() - 1;
      CheckpointParameters parameters =
          fixture.parameters("post_layernorm\\.", "encoder\\.layers\\." + layers + "\\.");
      ClipVisionTower tower = new ClipVisionTower(parameters, config, layers);
      assertThat(parameters.report().complete()).isTrue();
      assertThat(config.patches()).isEqualTo(16);
      Torch.infer(
          () -> {
            Tensor pixels = fixture.input("pixel_values");
            fixture.assertOutput(tower.forward(pixels), "features", TOLERANCE);
            for (int row = 0; row < pixels.size(0); row++) {
              ComponentFixture.assertClose(
                  tower.forward(pixels.narrow(0, row, 1)),
                  fixture.output("features").narrow(0, row, 1),
                  TOLERANCE,
                  name + " alone");
            }
            return layers;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void anyNumberOfLayersMayRun(int layers) {
    try (var fixture = ComponentFixture.named("clip-five-heads")) {
      CheckpointParameters parameters = fixture.parameters();
      ClipVisionTower tower = new ClipVisionTower(parameters, fixture.clip(), layers);
      Torch.infer(
          () -> {
            Tensor expected = fixture.output("hidden_state." + layers).narrow(1, 1, 16);
            Tensor actual = tower.forward(fixture.input("pixel_values"));
            ComponentFixture.assertClose(actual, expected, TOLERANCE, layers + " layers");
            return layers;
          });
    }
  }

  @Test
  void pixelsTakeTheDtypeOfTheWeights() {
    try (var fixture = ComponentFixture.named("clip-five-heads")) {
      ClipVisionTower tower = new ClipVisionTower(fixture.parameters(), fixture.clip(), 2);
      Torch.infer(
          () -> {
            Tensor pixels = fixture.input("pixel_values").to(DType.F64);
            fixture.assertOutput(tower.forward(pixels), "features", TOLERANCE);
            return true;
          });
    }
  }
}
