package io.llavasg.perception.sam;

import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.nn.Activation;
import io.llavasg.tensor.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The image encoder of encoder.safetensors, which has no absolute positions. */
final class OtherSize {
  private static final SamVisionConfig CONFIG =
      new SamVisionConfig(
          24, 16, 2, 2, 40, 8, Activation.GELU, 1e-6, true, false, true, 4, List.of(1), 8, 48);

  private OtherSize() {}

  static LoadedNetwork<SamVisionEncoder> load() {
    Path file = SamFixture.path("encoder.safetensors");
    return LoadedNetwork.load(
        file,
        SamLayout.OFFICIAL.weightMap(Set.of()).ignoring("input$", "output$"),
        Precision.AUTO,
        TestDevice.DEVICE,
        parameters -> new SamVisionEncoder(parameters.in("vision_encoder"), CONFIG));
  }
}
