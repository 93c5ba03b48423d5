package io.llavasg.bench;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.ShardedWriter;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.ram.RamConfig;
import io.llavasg.perception.ram.RamModel;
import io.llavasg.perception.ram.RamTagger;
import io.llavasg.perception.ram.TagVocabulary;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Torch;
import java.nio.file.Path;
import java.util.List;

/** RAM with Swin-L at 384 pixels. */
final class TaggerBench implements StageBench {

  @Override
  public void writeWeights(Path directory) {
    Torch.infer(
        () -> {
          DeclaredParameters parameters = new DeclaredParameters(DType.F32);
          RamModel unused =
              new RamModel(parameters, RamConfig.SWIN_LARGE_384, TagVocabulary.shipped().size());
          try (RandomValues values = new RandomValues(DType.F32)) {
            List<OutgoingTensor> tensors =
                parameters.declared().stream().map(values::tensor).toList();
            ShardedWriter.write(directory, tensors, ShardedWriter.SHARD_BYTES, WriteProgress.NONE);
          }
          return unused.config();
        });
  }

  @Override
  public Loaded load(Path directory, Precision precision, Device device) {
    RamTagger tagger = RamTagger.load(directory, precision, device);
    return new Loaded() {
      @Override
      public void run(RgbImage photo) {
        tagger.tag(photo);
      }

      @Override
      public void close() {
        tagger.close();
      }
    };
  }

  @Override
  public String peerScript() {
    return "ram.py";
  }

  @Override
  public List<String> peerArguments(Path directory, Path repository) {
    return List.of("--repository", repository.toString(), "--vit", "swin_l");
  }
}
