package io.llavasg.perception.swin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.CheckpointParameters;
import io.llavasg.model.ComponentFixture;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against transformers' Swin (reference/perception/swin.py). */
class SwinTest {
  /**
   * Normalised maps are of magnitude 1 to 5, at which float32 resolves 1e-7 to 5e-7; seven blocks
   * of sums in another order stay within some twenty such steps, and a wrong formula does not.
   */
  private static final double TOLERANCE = 1e-5;

  /** Transformers' backbones store the tower's norm too, and do not use it. */
  private static final String UNUSED = "swin\\.layernorm\\.";

  private static ComponentFixture fixture(String name) {
    try {
      String file = "/perception/swin/" + name + ".safetensors";
      return ComponentFixture.open(
          Path.of(Objects.requireNonNull(SwinTest.class.getResource(file)).toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"80x80", "75x101", "101x44", "13x61", "1x1"})
  void aBackboneTakesImagesOfAnySize(String size) {
    try (var fixture = fixture("backbone")) {
      CheckpointParameters parameters = fixture.parameters(UNUSED);
      SwinConfig config = SwinConfig.read(fixture.config());
      Swin swin = Swin.backbone(parameters, config, new TreeSet<>(List.of(1, 2, 3)));
      assertThat(parameters.report().complete()).isTrue();
      Torch.infer(
          () -> {
            List<FeatureMap> maps = swin.forward(fixture.input(size));
            assertThat(maps).hasSize(3);
            for (int i = 0; i < maps.size(); i++) {
              String stage = "%s.stage%d".formatted(size, i + 1);
              fixture.assertOutput(maps.get(i).channelsFirst(), stage, TOLERANCE);
            }
            return maps.size();
          });
    }
  }

  @Test
  void onlyTheStagesAskedForAreNormalisedAndReturned() {
    try (var fixture = fixture("backbone")) {
      CheckpointParameters parameters = fixture.parameters("hidden_states_norms\\.stage[13]\\.");
      SwinConfig config = SwinConfig.read(fixture.config());
      Swin swin = Swin.backbone(parameters, config, new TreeSet<>(List.of(2)));
      Torch.infer(
          () -> {
            List<FeatureMap> maps = swin.forward(fixture.input("75x101"));
            assertThat(maps).hasSize(1);
            fixture.assertOutput(maps.getFirst().channelsFirst(), "75x101.stage2", TOLERANCE);
            return true;
          });
    }
  }

  @Test
  void aTowerDoesNotMoveTheWindowThatCoversItsMap() {
    try (var fixture = fixture("tower")) {
      CheckpointParameters parameters = fixture.parameters();
      Swin swin = Swin.tower(parameters, SwinConfig.read(fixture.config()), 64);
      assertThat(parameters.report().complete()).isTrue();
      Torch.infer(
          () -> {
            Tensor pixels = fixture.input("64x64");
            fixture.assertOutput(swin.forward(pixels).getFirst().places(), "64x64.last", TOLERANCE);
            for (int row = 0; row < pixels.size(0); row++) {
              ComponentFixture.assertClose(
                  swin.forward(pixels.narrow(0, row, 1)).getFirst().places(),
                  fixture.output("64x64.last").narrow(0, row, 1),
                  TOLERANCE,
                  "alone");
            }
            return true;
          });
    }
  }

  @Test
  void aConfigThatDoesNotFitItselfSaysWhere() {
    assertThatThrownBy(() -> SwinConfig.of(96, List.of(2, 2), List.of(3), 7))
        .isInstanceOf(LlavaSgException.class)
        .hasMessage("depths [2, 2] and num_heads [3] have to name the same stages");
    assertThatThrownBy(() -> SwinConfig.of(96, List.of(2, 2), List.of(3, 7), 7))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("stage 2: depths 2 and num_heads 7 do not fit embed_dim 96");
  }
}
