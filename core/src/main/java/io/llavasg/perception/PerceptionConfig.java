package io.llavasg.perception;

import io.llavasg.LlavaSgException;
import io.llavasg.image.Orientation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What the pipeline looks for, and what it keeps. Immutable: each method returns a changed copy.
 *
 * @param maxEntities most entities of a photo
 * @param duplicateIou of two masks whose intersection over union is above this, only the better
 *     entity stays; 1 keeps both always
 * @param boxThreshold a box scores above this (Grounding-DINO)
 * @param textThreshold a box's name is sure above this; where tags take several captions, one that
 *     is not gives way to a surer one of the same thing (Grounding-DINO)
 * @param nmsIou of two boxes whose intersection over union is above this, only the better stays,
 *     whatever their labels (Grounding-DINO)
 * @param tags what to look for in place of what the tagger sees; an empty list finds nothing
 * @param orientation how photos are read from files: upright for a user's photo, as stored for a
 *     data set whose reader leaves EXIF alone
 * @param masks how finely masks are drawn (SAM)
 * @param memory which stages stay loaded; no result depends on it
 */
public record PerceptionConfig(
    int maxEntities,
    double duplicateIou,
    double boxThreshold,
    double textThreshold,
    double nmsIou,
    Optional<List<String>> tags,
    Orientation orientation,
    MaskGrid masks,
    StageMemory memory) {

  /**
   * 32 entities, and the thresholds of the Grounded-SAM demo with RAM: boxes .25, text .20, NMS .5.
   */
  public static final PerceptionConfig DEFAULT =
      new PerceptionConfig(
          32,
          .8,
          .25,
          .20,
          .5,
          Optional.empty(),
          Orientation.APPLY_EXIF,
          MaskGrid.PHOTO,
          StageMemory.AUTO);

  public PerceptionConfig {
    if (maxEntities < 0) {
      throw LlavaSgException.user("at most %d entities: it has to be 0 or more", maxEntities);
    }
    requireShare("duplicate threshold", duplicateIou);
    requireShare("box threshold", boxThreshold);
    requireShare("text threshold", textThreshold);
    requireShare("NMS threshold", nmsIou);
    tags = tags.map(PerceptionConfig::distinct);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw LlavaSgException.user("the %s is %s, but has to be from 0 to 1", name, value);
    }
  }

  /** Without blanks around them, empty ones and repetitions. */
  private static List<String> distinct(List<String> tags) {
    LinkedHashSet<String> distinct = new LinkedHashSet<>();
    tags.stream().map(String::strip).filter(tag -> !tag.isEmpty()).forEach(distinct::add);
    return List.copyOf(distinct);
  }

  public PerceptionConfig withMaxEntities(int count) {
    return new PerceptionConfig(
        count, duplicateIou, boxThreshold, textThreshold, nmsIou, tags, orientation, masks, memory);
  }

  public PerceptionConfig withDuplicateIou(double iou) {
    return new PerceptionConfig(
        maxEntities, iou, boxThreshold, textThreshold, nmsIou, tags, orientation, masks, memory);
  }

  /** With the thresholds of boxes, of text and of non-maximum suppression. */
  public PerceptionConfig withThresholds(double box, double text, double nms) {
    return new PerceptionConfig(
        maxEntities, duplicateIou, box, text, nms, tags, orientation, masks, memory);
  }

  /** Looks for these in every photo; the tagger is not used, nor loaded. */
  public PerceptionConfig withTags(List<String> given) {
    return new PerceptionConfig(
        maxEntities,
        duplicateIou,
        boxThreshold,
        textThreshold,
        nmsIou,
        Optional.of(given),
        orientation,
        masks,
        memory);
  }

  public PerceptionConfig withOrientation(Orientation other) {
    return new PerceptionConfig(
        maxEntities, duplicateIou, boxThreshold, textThreshold, nmsIou, tags, other, masks, memory);
  }

  public PerceptionConfig withMasks(MaskGrid other) {
    return new PerceptionConfig(
        maxEntities,
        duplicateIou,
        boxThreshold,
        textThreshold,
        nmsIou,
        tags,
        orientation,
        other,
        memory);
  }

  public PerceptionConfig withMemory(StageMemory other) {
    return new PerceptionConfig(
        maxEntities,
        duplicateIou,
        boxThreshold,
        textThreshold,
        nmsIou,
        tags,
        orientation,
        masks,
        other);
  }
}
