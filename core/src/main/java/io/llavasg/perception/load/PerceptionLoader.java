package io.llavasg.perception.load;

import io.llavasg.checkpoint.Precision;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.perception.Detector;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.Segmenter;
import io.llavasg.perception.Stage;
import io.llavasg.perception.Tagger;
import io.llavasg.perception.groundingdino.GroundingDinoDetector;
import io.llavasg.perception.groundingdino.GroundingDinoOptions;
import io.llavasg.perception.ram.RamTagger;
import io.llavasg.perception.sam.SamSegmenter;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the stages of a pipeline from checkpoints.
 *
 * @param precision the dtype to compute in; on a CPU bfloat16, or else float32 (see {@link #on})
 * @param device where to compute; the detector computes on the CPU
 */
public record PerceptionLoader(
    PerceptionFiles files, PerceptionConfig config, Precision precision, Device device) {

  /**
   * The pipeline over the three checkpoints in a directory, on the CPU.
   *
   * @throws io.llavasg.LlavaSgException user, if there is no such directory; what it lacks is an
   *     error only when it is needed
   */
  public static PerceptionPipeline load(Path directory) {
    return new PerceptionLoader(
            PerceptionFiles.in(directory), PerceptionConfig.DEFAULT, Precision.AUTO, Device.CPU)
        .pipeline();
  }

  /** The pipeline; each stage loads when it is first needed. */
  public PerceptionPipeline pipeline() {
    return new PerceptionPipeline(tagger(), detector(), segmenter(), config);
  }

  /** RAM. */
  public Stage<Tagger> tagger() {
    return stage(CheckpointKind.RAM, device, path -> RamTagger.load(path, on(device), device));
  }

  /**
   * Grounding-DINO, with the configuration's thresholds. It stays on the CPU: on a GPU one of two
   * small checkpoints gave other logits than the reference, and why is not known yet
   * (docs/experiments.md).
   */
  public Stage<Detector> detector() {
    var options =
        new GroundingDinoOptions(config.boxThreshold(), config.textThreshold(), config.nmsIou());
    return stage(
        CheckpointKind.GROUNDING_DINO,
        Device.CPU,
        path -> GroundingDinoDetector.load(path, options, on(Device.CPU), Device.CPU));
  }

  /** SAM. */
  public Stage<Segmenter> segmenter() {
    return stage(CheckpointKind.SAM, device, path -> SamSegmenter.load(path, on(device), device));
  }

  /**
   * A CPU is slower in float16 than in float32, and its scores would depend on the number of
   * threads. The checkpoints are published in float32.
   */
  private Precision on(Device computing) {
    boolean asItIs = computing.isCuda() || precision.dtype().equals(Optional.of(DType.BF16));
    return asItIs ? precision : Precision.of(DType.F32);
  }

  private <T extends AutoCloseable> Stage<T> stage(
      CheckpointKind kind, Device computing, Function<Path, T> load) {
    @Nullable String reason = files.reasonAgainst(kind);
    if (reason != null) {
      return Stage.missing(reason);
    }
    PerceptionCheckpoint checkpoint = files.require(kind);
    String dtype = on(computing).dtype().map(DType::name).orElse("auto").toLowerCase(Locale.ROOT);
    return new Stage<>(
        checkpoint.identity() + ":" + dtype,
        checkpoint.bytes(),
        () -> load.apply(checkpoint.path()));
  }
}
