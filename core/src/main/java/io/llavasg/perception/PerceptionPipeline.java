package io.llavasg.perception;

import io.llavasg.graph.Box;
import io.llavasg.image.RgbImage;
import io.llavasg.tensor.HostMemory;
import io.llavasg.tensor.TensorThread;
import java.util.ArrayList;
import java.util.List;

/**
 * From photos to their entities: the tagger's tags, the detector's boxes for them, the segmenter's
 * masks in the boxes. Safe to call from several threads, virtual ones included: photos are looked
 * at one call after another on a thread of the pipeline's own. A stage loads when it is first
 * needed, so a pipeline without a tagger works where tags are given, and weights that no photo
 * needs are never read.
 */
public final class PerceptionPipeline implements AutoCloseable {
  /** Weights may take this share of the free memory; activations need the rest. */
  private static final double WEIGHTS_SHARE = .5;

  private final PerceptionConfig config;
  private final Fingerprint fingerprint;
  private final TensorThread thread = new TensorThread("perception");
  private final LazyStage<Tagger> tagger;
  private final LazyStage<Detector> detector;
  private final LazyStage<Segmenter> segmenter;

  public PerceptionPipeline(
      Stage<? extends Tagger> tagger,
      Stage<? extends Detector> detector,
      Stage<? extends Segmenter> segmenter,
      PerceptionConfig config) {
    this.config = config;
    fingerprint =
        Fingerprint.of(config, tagger.identity(), detector.identity(), segmenter.identity());
    long bytes = tagger.bytes() + detector.bytes() + segmenter.bytes();
    boolean keeps =
        switch (config.memory()) {
          case KEEP -> true;
          case RELEASE -> false;
          case AUTO -> bytes <= WEIGHTS_SHARE * HostMemory.freeBytes();
        };
    this.tagger = new LazyStage<>(widened(tagger), keeps);
    this.detector = new LazyStage<>(widened(detector), keeps);
    this.segmenter = new LazyStage<>(widened(segmenter), keeps);
  }

  private static <T extends AutoCloseable> Stage<T> widened(Stage<? extends T> stage) {
    return new Stage<>(stage.identity(), stage.bytes(), stage.loader()::get);
  }

  public PerceptionConfig config() {
    return config;
  }

  /** What decides the results, but for the photo. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** The entities of a photo, at most the configured number, best first; none is a result. */
  public Perceived perceive(RgbImage image) {
    return perceiveAll(List.of(image)).getFirst();
  }

  /**
   * As {@link #perceive} of each photo, with the same results. Each stage sees all photos before
   * the next one does.
   */
  public List<Perceived> perceiveAll(List<RgbImage> images) {
    return images.isEmpty() ? List.of() : thread.call(() -> perceived(images));
  }

  /** The first stage alone. */
  public List<Tag> tag(RgbImage image) {
    return thread.call(() -> tagger.use(stage -> stage.tag(image)));
  }

  /** The second stage alone. */
  public List<Detection> detect(RgbImage image, List<String> labels) {
    return thread.call(() -> detector.use(stage -> stage.detect(image, labels)));
  }

  /** The third stage alone. */
  public List<Segment> segment(RgbImage image, List<Box> boxes) {
    return thread.call(() -> segmenter.use(stage -> stage.segment(image, boxes)));
  }

  /**
   * Whether a stage could not be loaded when it was last needed: then an error is not about the
   * photo, and every other photo would meet it too.
   */
  public boolean isUnloadable() {
    return thread.call(
        () -> tagger.isUnloadable() || detector.isUnloadable() || segmenter.isUnloadable());
  }

  private List<Perceived> perceived(List<RgbImage> images) {
    List<List<Tag>> tags = tags(images);
    List<EntitySelection> selections = detections(images, tags);
    segment(selections);
    List<Perceived> all = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      all.add(new Perceived(tags.get(i), selections.get(i).entities()));
    }
    return all;
  }

  private List<List<Tag>> tags(List<RgbImage> images) {
    if (config.tags().isEmpty()) {
      return tagger.use(stage -> stage.tagAll(images));
    }
    List<Tag> given = config.tags().get().stream().map(name -> new Tag(name, 1)).toList();
    return images.stream().map(image -> given).toList();
  }

  /** Photos differ in size, and detectors do not scale them to one: they go one by one. */
  private List<EntitySelection> detections(List<RgbImage> images, List<List<Tag>> tags) {
    if (tags.stream().allMatch(List::isEmpty)) {
      return images.stream().map(image -> new EntitySelection(image, List.of(), config)).toList();
    }
    return detector.use(
        stage -> {
          List<EntitySelection> selections = new ArrayList<>();
          for (int i = 0; i < images.size(); i++) {
            List<String> labels = tags.get(i).stream().map(Tag::name).toList();
            List<Detection> found =
                labels.isEmpty() ? List.of() : stage.detect(images.get(i), labels);
            selections.add(new EntitySelection(images.get(i), found, config));
          }
          return selections;
        });
  }

  private void segment(List<EntitySelection> selections) {
    if (open(selections).isEmpty()) {
      return;
    }
    segmenter.use(
        stage -> {
          for (var open = open(selections); !open.isEmpty(); open = open(selections)) {
            List<List<Segment>> segments =
                stage.segmentAll(
                    open.stream().map(EntitySelection::image).toList(),
                    open.stream().map(EntitySelection::nextBoxes).toList());
            if (segments.size() != open.size()) {
              throw new IllegalStateException(
                  "the segmenter gave masks of %d photos for %d"
                      .formatted(segments.size(), open.size()));
            }
            for (int i = 0; i < open.size(); i++) {
              open.get(i).take(segments.get(i));
            }
          }
          return this;
        });
  }

  private static List<EntitySelection> open(List<EntitySelection> selections) {
    return selections.stream().filter(selection -> !selection.isComplete()).toList();
  }

  /**
   * Frees the weights, once what was asked before is done. Later calls fail; closing again does
   * nothing.
   */
  @Override
  public void close() {
    thread.close(
        () -> {
          tagger.close();
          detector.close();
          segmenter.close();
        });
  }
}
