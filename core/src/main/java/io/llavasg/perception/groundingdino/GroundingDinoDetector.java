package io.llavasg.perception.groundingdino;

import io.llavasg.checkpoint.LoadReport;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.graph.Box;
import io.llavasg.image.DetectorImageProcessor;
import io.llavasg.image.PixelValues;
import io.llavasg.image.RgbImage;
import io.llavasg.image.Size;
import io.llavasg.perception.Detection;
import io.llavasg.perception.Detector;
import io.llavasg.perception.NonMaximumSuppression;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.TensorThread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Grounding DINO as a {@link Detector}: any number of labels, in as many captions as they take; the
 * image is encoded once. Labels are matched without case, and come back as they were asked for. May
 * be used from several threads, which take turns.
 */
public final class GroundingDinoDetector implements Detector {
  private final LoadedNetwork<GroundingDinoModel> loaded;
  private final DetectorImageProcessor processor;
  private final Captions captions;
  private final GroundingDinoOptions options;
  private final TensorThread thread = new TensorThread("grounding-dino");

  /** The captions of the last labels; only {@link #thread} uses it. */
  private EncodedCaptions last = new EncodedCaptions(List.of(), List.of(), new Lifetime());

  private GroundingDinoDetector(
      LoadedNetwork<GroundingDinoModel> loaded,
      GroundingDinoFiles files,
      Captions captions,
      GroundingDinoOptions options) {
    this.loaded = loaded;
    this.processor = files.processor();
    this.captions = captions;
    this.options = options;
  }

  /** Loads a detector with the default options. */
  public static GroundingDinoDetector load(Path path, Precision precision, Device device) {
    return load(path, GroundingDinoOptions.DEFAULT, precision, device);
  }

  /**
   * Loads a detector, strictly.
   *
   * @param path a directory in Hugging Face's layout, or a file of weights: see {@link
   *     GroundingDinoFiles#of}
   * @throws io.llavasg.LlavaSgException user, if it is another model's checkpoint, or its weights
   *     do not fit its configuration
   */
  public static GroundingDinoDetector load(
      Path path, GroundingDinoOptions options, Precision precision, Device device) {
    GroundingDinoFiles files = GroundingDinoFiles.of(path);
    GroundingDinoConfig config = files.config();
    LoadedNetwork<GroundingDinoModel> loaded =
        LoadedNetwork.load(
            files.weights(),
            files.layout().weightMap(config),
            precision,
            device,
            parameters -> new GroundingDinoModel(parameters, config));
    try {
      Captions captions = Captions.open(files);
      return new GroundingDinoDetector(loaded, files, captions, options);
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** What loading found. */
  public LoadReport report() {
    return loaded.report();
  }

  /** Captions with their tokens' features, which {@code lifetime} owns. */
  private record EncodedCaptions(List<String> labels, List<Encoded> captions, Lifetime lifetime) {}

  private record Encoded(Caption caption, Tensor text) {}

  /**
   * Something found, before others suppress it.
   *
   * @param caption which caption found it
   * @param own the largest likeness to a token of its label
   */
  private record Candidate(Detection detection, int caption, double own) {
    Box box() {
      return detection.box();
    }

    double score() {
      return detection.score();
    }
  }

  /**
   * Checks that each label fits into a caption, so that no photo is blamed for one that does not.
   *
   * @throws LlavaSgException user, if one label alone is longer than a caption may be
   */
  public void requireRoomFor(List<String> labels) {
    captions.of(labels);
  }

  @Override
  public List<Detection> detect(RgbImage image, List<String> labels) {
    PixelValues pixels = processor.apply(image);
    List<Candidate> candidates = thread.call(() -> candidates(pixels, image.size(), labels));
    return new NonMaximumSuppression(options.nmsThreshold())
        .apply(candidates, Candidate::box, Candidate::score).stream().map(this::named).toList();
  }

  /** The best of a group, under the surest name of other captions if its own is not sure. */
  private Detection named(NonMaximumSuppression.Group<Candidate> group) {
    Candidate best = group.best();
    if (best.own() > options.textThreshold()) {
      return best.detection();
    }
    return group.suppressed().stream()
        .filter(other -> other.caption() != best.caption() && other.own() > best.own())
        .max(Comparator.comparingDouble(Candidate::own))
        .map(other -> new Detection(other.detection().label(), best.score(), best.box()))
        .orElse(best.detection());
  }

  private List<Candidate> candidates(PixelValues pixels, Size size, List<String> labels) {
    List<Encoded> encoded = encoded(labels);
    if (encoded.isEmpty()) {
      return List.of();
    }
    GroundingDinoModel model = loaded.network();
    ImageFeatures image =
        model.encodeImage(Tensor.of(pixels.values(), pixels.shape()).unsqueeze(0));
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < encoded.size(); i++) {
      Caption caption = encoded.get(i).caption();
      GroundingDinoModel.Output output =
          model.detect(image, encoded.get(i).text(), caption.prompt());
      candidates.addAll(candidates(output, i, caption, size));
    }
    return candidates;
  }

  private List<Encoded> encoded(List<String> labels) {
    if (last.labels().equals(labels)) {
      return last.captions();
    }
    EncodedCaptions next =
        new EncodedCaptions(List.copyOf(labels), new ArrayList<>(), new Lifetime());
    try {
      for (Caption caption : captions.of(labels)) {
        Tensor text = loaded.network().encodeText(caption.prompt());
        next.captions().add(new Encoded(caption, next.lifetime().own(text)));
      }
    } catch (RuntimeException e) {
      next.lifetime().close();
      throw e;
    }
    last.lifetime().close();
    last = next;
    return last.captions();
  }

  private List<Candidate> candidates(
      GroundingDinoModel.Output output, int index, Caption caption, Size size) {
    float[] likeness = output.logits().sigmoid().toFloats();
    float[] boxes = output.boxes().toFloats();
    int tokens = caption.prompt().length();
    float threshold = (float) options.boxThreshold();
    List<Candidate> found = new ArrayList<>();
    for (int query = 0; query < boxes.length / 4; query++) {
      float score = 0;
      for (int token = 0; token < tokens; token++) {
        score = Math.max(score, likeness[query * tokens + token]);
      }
      if (score > threshold) {
        Box box = box(boxes, 4 * query, size);
        found.add(candidate(likeness, query * tokens, caption.tags(), score, box, index));
      }
    }
    return found;
  }

  private static Candidate candidate(
      float[] likeness, int from, List<Caption.Tag> tags, float score, Box box, int index) {
    String label = "";
    float own = -1;
    for (Caption.Tag tag : tags) {
      for (int token : tag.tokens()) {
        if (likeness[from + token] > own) {
          own = likeness[from + token];
          label = tag.label();
        }
      }
    }
    return new Candidate(new Detection(label, score, box), index, own);
  }

  /** From centre and sides to corners, in pixels. */
  private static Box box(float[] boxes, int at, Size size) {
    float halfWidth = 0.5f * boxes[at + 2];
    float halfHeight = 0.5f * boxes[at + 3];
    return new Box(
        (boxes[at] - halfWidth) * size.width(),
        (boxes[at + 1] - halfHeight) * size.height(),
        (boxes[at] + halfWidth) * size.width(),
        (boxes[at + 1] + halfHeight) * size.height());
  }

  @Override
  public void close() {
    if (!thread.isClosed()) {
      thread.close();
      last.lifetime().close();
      captions.close();
      loaded.close();
    }
  }
}
