package io.llavasg.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.ShardedWriter;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.graph.Box;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.sam.SamConfig;
import io.llavasg.perception.sam.SamModel;
import io.llavasg.perception.sam.SamSegmenter;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** SAM ViT-H at 1024 pixels: one photo, and the masks of eight boxes in the photo's size. */
final class SegmenterBench implements StageBench {
  private static final int BOXES = 8;

  @Override
  public void writeWeights(Path directory) throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, config().toPrettyString());
    SamConfig config = SamConfig.read(ConfigFile.read(file));
    Torch.infer(
        () -> {
          DeclaredParameters parameters = new DeclaredParameters(DType.F32);
          SamModel unused = new SamModel(parameters, config);
          try (RandomValues values = new RandomValues(DType.F32)) {
            List<OutgoingTensor> tensors =
                parameters.declared().stream().map(values::tensor).toList();
            ShardedWriter.write(directory, tensors, ShardedWriter.SHARD_BYTES, WriteProgress.NONE);
          }
          return unused.config();
        });
  }

  /** What sets a ViT-H apart from the defaults. */
  private static ObjectNode config() {
    ObjectNode json = Json.object().put("model_type", "sam");
    json.putArray("architectures").add("SamModel");
    ObjectNode vision = json.putObject("vision_config");
    vision.put("hidden_size", 1280).put("num_hidden_layers", 32).put("num_attention_heads", 16);
    vision.put("mlp_dim", 5120);
    vision.putArray("global_attn_indexes").add(7).add(15).add(23).add(31);
    return json;
  }

  @Override
  public Loaded load(Path directory, Precision precision, Device device) {
    SamSegmenter segmenter = SamSegmenter.load(directory, precision, device);
    return new Loaded() {
      @Override
      public void run(RgbImage photo) {
        segmenter.segment(photo, boxes(photo.width(), photo.height()));
      }

      @Override
      public void close() {
        segmenter.close();
      }
    };
  }

  /** As in bench/peer/sam.py: from the whole photo to its middle. */
  private static List<Box> boxes(int width, int height) {
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < BOXES; i++) {
      double inset = .05 * i;
      boxes.add(new Box(inset * width, inset * height, (1 - inset) * width, (1 - inset) * height));
    }
    return boxes;
  }

  @Override
  public String peerScript() {
    return "sam.py";
  }

  @Override
  public boolean peerIsPackaged() {
    return true;
  }

  @Override
  public List<String> peerArguments(Path directory, Path repository) {
    return List.of("--model", directory.toAbsolutePath().toString());
  }
}
