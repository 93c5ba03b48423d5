package io.llavasg.perception.sam;

import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.graph.Box;
import io.llavasg.graph.Mask;
import io.llavasg.image.PixelValues;
import io.llavasg.image.RgbImage;
import io.llavasg.image.SquareImageProcessor;
import io.llavasg.perception.MaskGrid;
import io.llavasg.perception.Segment;
import io.llavasg.perception.Segmenter;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.TensorThread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * SAM with its weights in memory. A photo is encoded once, whatever the number of its boxes, and
 * not at all if it has none.
 *
 * <p>A box that reaches over the photo's border is given to SAM as it is, as the reference does: a
 * detector may place a corner slightly outside. A box that lies outside altogether gets an empty
 * mask of quality 0. A box without area is a prompt like any other.
 *
 * <p>May be used from any thread; the work is done on one of its own.
 */
public final class SamSegmenter implements Segmenter {
  /** Boxes decoded at a time: each needs some 40 MB at the published size. */
  private static final int BOXES_AT_ONCE = 16;

  /**
   * Images encoded at a time. One fills a CPU, and alone its sums are in the same order whatever
   * else is asked for (docs/adr/0002-prefill-one-by-one.md).
   */
  private static final int IMAGES_AT_ONCE_ON_CUDA = 4;

  private final LoadedNetwork<SamModel> loaded;
  private final SamProcessor processor;
  private final Device device;
  private final MaskGrid grid;
  private final TensorThread thread = new TensorThread("sam");

  private SamSegmenter(
      LoadedNetwork<SamModel> loaded,
      SquareImageProcessor processor,
      Device device,
      MaskGrid grid) {
    this.loaded = loaded;
    this.processor = SamProcessor.of(loaded.network().config(), processor);
    this.device = device;
    this.grid = grid;
  }

  /**
   * Loads a SAM.
   *
   * @param path a directory as transformers has it, or an official checkpoint file; a config.json
   *     beside the file, if it is a SAM's, goes before what the weights' shapes tell, and so does
   *     the image processor's beside that
   * @throws io.llavasg.LlavaSgException user, if there is none, its weights are not whole, or its
   *     image processor is another network's
   */
  public static SamSegmenter load(Path path, Precision precision, Device device) {
    return load(path, precision, device, MaskGrid.PHOTO);
  }

  /**
   * As {@link #load(Path, Precision, Device)}.
   *
   * @param grid of masks, unless a call names another
   */
  public static SamSegmenter load(Path path, Precision precision, Device device, MaskGrid grid) {
    SamFiles files = SamFiles.read(path);
    return new SamSegmenter(files.load(precision, device), files.processor(), device, grid);
  }

  public SamConfig config() {
    return loaded.network().config();
  }

  /** Size of the weights in memory, in bytes. */
  public long weightBytes() {
    return loaded.weightBytes();
  }

  @Override
  public List<Segment> segment(RgbImage image, List<Box> boxes) {
    return segment(image, boxes, grid);
  }

  /** As {@link #segment(RgbImage, List)}, with masks drawn as finely as {@code grid} says. */
  public List<Segment> segment(RgbImage image, List<Box> boxes, MaskGrid grid) {
    return segmentAll(List.of(image), List.of(boxes), grid).getFirst();
  }

  @Override
  public List<List<Segment>> segmentAll(List<RgbImage> images, List<List<Box>> boxes) {
    return segmentAll(images, boxes, grid);
  }

  /** As {@link #segmentAll(List, List)}, with masks drawn as finely as {@code grid} says. */
  public List<List<Segment>> segmentAll(
      List<RgbImage> images, List<List<Box>> boxes, MaskGrid grid) {
    if (images.size() != boxes.size()) {
      throw new IllegalArgumentException(images.size() + " images, boxes of " + boxes.size());
    }
    List<Prompted> prompted = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      prompted.add(new Prompted(images.get(i), boxes.get(i)));
    }
    List<Prompted> toEncode = prompted.stream().filter(Prompted::hasInside).toList();
    int step = device.isCuda() ? IMAGES_AT_ONCE_ON_CUDA : 1;
    for (int start = 0; start < toEncode.size(); start += step) {
      List<Prompted> some = toEncode.subList(start, Math.min(start + step, toEncode.size()));
      List<PixelValues> pixels = some.stream().map(p -> processor.pixels(p.image)).toList();
      thread.call(
          () -> {
            segment(some, pixels, grid);
            return true;
          });
    }
    return prompted.stream().map(Prompted::segments).toList();
  }

  private void segment(List<Prompted> images, List<PixelValues> pixels, MaskGrid grid) {
    Tensor[] planes =
        pixels.stream().map(p -> Tensor.of(p.values(), p.shape())).toArray(Tensor[]::new);
    Tensor batch = Functional.stack(0, planes);
    for (Tensor plane : planes) {
      plane.free();
    }
    Tensor embeddings = loaded.network().encode(batch.to(device));
    batch.free();
    for (int i = 0; i < images.size(); i++) {
      try (var scope = Scope.open()) {
        var encoded = loaded.network().prepare(embeddings.narrow(0, i, 1));
        images.get(i).decode(this, encoded, grid);
      }
    }
  }

  /** An image, its boxes, and what becomes of those that touch it. */
  private static final class Prompted {
    private final RgbImage image;
    private final List<Box> boxes;
    private final List<Box> inside;
    private final List<Segment> found = new ArrayList<>();

    Prompted(RgbImage image, List<Box> boxes) {
      this.image = image;
      this.boxes = List.copyOf(boxes);
      this.inside = boxes.stream().filter(this::touched).toList();
    }

    private boolean touched(Box box) {
      return box.touches(image.width(), image.height());
    }

    boolean hasInside() {
      return !inside.isEmpty();
    }

    void decode(SamSegmenter segmenter, SamModel.Encoded encoded, MaskGrid grid) {
      SamProcessor processor = segmenter.processor;
      List<Box> scaled = inside.stream().map(b -> processor.box(b, image.size())).toList();
      for (int start = 0; start < scaled.size(); start += BOXES_AT_ONCE) {
        try (var scope = Scope.open()) {
          int end = Math.min(start + BOXES_AT_ONCE, scaled.size());
          var masks = segmenter.loaded.network().decode(encoded, scaled.subList(start, end));
          float[] qualities = masks.quality().toFloats();
          for (Mask mask : processor.masks(masks.logits(), image.size(), grid)) {
            found.add(new Segment(mask, qualities[found.size() - start]));
          }
        }
      }
    }

    List<Segment> segments() {
      Mask empty =
          Mask.ofCounts(image.width(), image.height(), Math.toIntExact(image.size().area()));
      List<Segment> all = new ArrayList<>();
      var next = found.iterator();
      for (Box box : boxes) {
        all.add(touched(box) ? next.next() : new Segment(empty, 0));
      }
      return all;
    }
  }

  @Override
  public void close() {
    thread.close();
    loaded.close();
  }
}
