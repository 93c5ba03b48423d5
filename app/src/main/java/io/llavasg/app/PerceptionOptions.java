package io.llavasg.app;

import io.llavasg.image.Orientation;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.perception.MaskGrid;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.perception.StageMemory;
import io.llavasg.perception.load.PerceptionFiles;
import io.llavasg.perception.load.PerceptionLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of how a photo's entities are found. */
final class PerceptionOptions {
  @Option(
      names = "--tagger",
      paramLabel = "P",
      description = "RAM's checkpoint: a directory or a file.")
  private @Nullable Path tagger;

  @Option(
      names = "--detector",
      paramLabel = "P",
      description = "Grounding-DINO's checkpoint: a directory or a file.")
  private @Nullable Path detector;

  @Option(
      names = "--segmenter",
      paramLabel = "P",
      description = "SAM's checkpoint: a directory or a file.")
  private @Nullable Path segmenter;

  @Option(
      names = "--tags",
      paramLabel = "a,b",
      description = "What to look for, in place of the tagger's tags.")
  private @Nullable String tags;

  @Option(
      names = "--box-threshold",
      paramLabel = "X",
      description = "A box scores above this (default: 0.25).")
  private double boxThreshold = PerceptionConfig.DEFAULT.boxThreshold();

  @Option(
      names = "--text-threshold",
      paramLabel = "X",
      description =
          "A box's name is sure above this; where tags take several captions, one that is not gives"
              + " way to a surer one (default: 0.20).")
  private double textThreshold = PerceptionConfig.DEFAULT.textThreshold();

  @Option(
      names = "--nms",
      paramLabel = "X",
      description = "Of two boxes that overlap (IoU) more, the better stays (default: 0.5).")
  private double nms = PerceptionConfig.DEFAULT.nmsIou();

  @Option(
      names = "--max-entities",
      paramLabel = "N",
      description = "Most entities of an image (default: 32).")
  private int maxEntities = PerceptionConfig.DEFAULT.maxEntities();

  @Option(
      names = "--masks",
      paramLabel = "M",
      defaultValue = "PHOTO",
      description =
          "photo: masks as fine as the photo; logits: in steps of the segmenter's logits (of"
              + " SAM 256 on the longer side), faster, for a model's nodes alone (default: photo).")
  private MaskGrid masks = MaskGrid.PHOTO;

  @Option(
      names = "--stage-memory",
      paramLabel = "M",
      defaultValue = "AUTO",
      description =
          "keep: all three networks stay loaded; release: one at a time; auto: keep them where"
              + " memory allows (default: auto).")
  private StageMemory memory = StageMemory.AUTO;

  /** What was asked for, of photos in this orientation. */
  PerceptionConfig config(Orientation orientation) {
    PerceptionConfig config =
        PerceptionConfig.DEFAULT
            .withMaxEntities(maxEntities)
            .withThresholds(boxThreshold, textThreshold, nms)
            .withOrientation(orientation)
            .withMasks(masks)
            .withMemory(memory);
    return tags == null ? config : config.withTags(tags());
  }

  /** The tags that were given; none if they were not, or if there is nothing between the commas. */
  List<String> tags() {
    return tags == null ? List.of() : Arrays.asList(tags.split(","));
  }

  boolean hasTags() {
    return tags != null;
  }

  /** Whether any checkpoint is named. */
  boolean namesCheckpoints() {
    return tagger != null || detector != null || segmenter != null;
  }

  /** The checkpoints in a directory, and those that were named. */
  PerceptionFiles files(Optional<Path> directory) {
    PerceptionFiles files = directory.map(PerceptionFiles::in).orElseGet(PerceptionFiles::none);
    files = tagger == null ? files : files.with(CheckpointKind.RAM, tagger);
    files = detector == null ? files : files.with(CheckpointKind.GROUNDING_DINO, detector);
    return segmenter == null ? files : files.with(CheckpointKind.SAM, segmenter);
  }

  PerceptionLoader loader(PerceptionFiles files, PerceptionConfig config, ComputeOptions compute) {
    return new PerceptionLoader(files, config, compute.precision(), compute.device());
  }
}
