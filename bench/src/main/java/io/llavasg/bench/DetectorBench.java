package io.llavasg.bench;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.ShardedWriter;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.groundingdino.GroundingDinoConfig;
import io.llavasg.perception.groundingdino.GroundingDinoDetector;
import io.llavasg.perception.groundingdino.GroundingDinoModel;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Grounding-DINO with Swin-T at 800 pixels, and ten tags; they change, so the text counts. */
final class DetectorBench implements StageBench {
  private static final List<String> TAGS =
      List.of(
          "man",
          "taxi",
          "street",
          "ironing board",
          "shirt",
          "car",
          "city",
          "traffic light",
          "building",
          "sport utility vehicle");

  private static final String CONFIG =
      """
      {"model_type": "grounding-dino", "architectures": ["GroundingDinoForObjectDetection"],
       "backbone_config": {"model_type": "swin", "out_indices": [2, 3, 4]},
       "text_config": {"model_type": "bert"}}
      """;

  @Override
  public void writeWeights(Path directory) throws IOException {
    Torch.infer(
        () -> {
          DeclaredParameters parameters = new DeclaredParameters(DType.F32);
          GroundingDinoModel unused =
              new GroundingDinoModel(parameters, GroundingDinoConfig.swinT());
          try (RandomValues values = new RandomValues(DType.F32)) {
            List<OutgoingTensor> tensors =
                parameters.declared().stream().map(values::tensor).toList();
            ShardedWriter.write(directory, tensors, ShardedWriter.SHARD_BYTES, WriteProgress.NONE);
          }
          return unused;
        });
    Files.writeString(directory.resolve("config.json"), CONFIG);
  }

  @Override
  public Loaded load(Path directory, Precision precision, Device device) {
    GroundingDinoDetector detector = GroundingDinoDetector.load(directory, precision, device);
    return new Loaded() {
      private int runs;

      @Override
      public void run(RgbImage photo) {
        List<String> tags = TAGS.subList(runs++ % 2, TAGS.size());
        detector.detect(photo, tags);
      }

      @Override
      public void close() {
        detector.close();
      }
    };
  }

  @Override
  public String peerScript() {
    return "grounding_dino.py";
  }

  @Override
  public boolean peerIsPackaged() {
    return true;
  }

  @Override
  public List<String> peerArguments(Path directory, Path repository) {
    return List.of("--tags", String.join(",", TAGS));
  }
}
