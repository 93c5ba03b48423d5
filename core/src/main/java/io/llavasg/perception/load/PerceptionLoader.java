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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the stages of a pipeline from checkpoints.
 *
 * @param precision the dtype to compute in; on a CPU float32, unless it is bfloat16: float16 is
 *     slower there, and scores would depend on the number of threads
 * @param device where to compute
 */
public record PerceptionLoader(
    PerceptionFiles files, PerceptionConfig config, Precision precision, Device device) {

  public PerceptionLoader {
    if (!device.isCuda() && !precision.dtype().equals(Optional.of(DType.BF16))) {
      precision = Precision.of(DType.F32);
    }
  }

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
    return stage(CheckpointKind.RAM, path -> RamTagger.load(path, precision, device));
  }

  /** Grounding-DINO, with the configuration's thresholds; it loads if it can look for its tags. */
  public Stage<Detector> detector() {
    var options =
        new GroundingDinoOptions(config.boxThreshold(), config.textThreshold(), config.nmsIou());
    return stage(
        CheckpointKind.GROUNDING_DINO,
        path -> {
          GroundingDinoDetector detector =
              GroundingDinoDetector.load(path, options, precision, device);
          try {
            detector.requireRoomFor(config.tags().orElse(List.of()));
          } catch (RuntimeException e) {
            detector.close();
            throw e;
          }
          return detector;
        });
  }

  /** SAM, with masks as the configuration wants them. */
  public Stage<Segmenter> segmenter() {
    return stage(
        CheckpointKind.SAM, path -> SamSegmenter.load(path, precision, device, config.masks()));
  }

  private <T extends AutoCloseable> Stage<T> stage(CheckpointKind kind, Function<Path, T> load) {
    @Nullable String reason = files.reasonAgainst(kind);
    if (reason != null) {
      return Stage.missing(reason);
    }
    PerceptionCheckpoint checkpoint = files.require(kind);
    String dtype = precision.dtype().map(DType::name).orElse("auto").toLowerCase(Locale.ROOT);
    return new Stage<>(
        checkpoint.identity() + ":" + dtype,
        checkpoint.bytes(precision),
        () -> load.apply(checkpoint.path()));
  }
}
