package io.llavasg.perception.ram;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.LoadedNetwork;
import io.llavasg.checkpoint.Precision;
import io.llavasg.image.PixelValues;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Tag;
import io.llavasg.perception.Tagger;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.TensorThread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * RAM with its weights in memory. May be used from any thread; the work is done on one of its own.
 */
public final class RamTagger implements Tagger {
  /**
   * Images at a time; each needs some 150 MB at the published size. One fills a CPU, and alone its
   * sums are in the same order whatever else is asked for (docs/adr/0002-prefill-one-by-one.md).
   */
  private static final int IMAGES_AT_ONCE_ON_CUDA = 16;

  private final TensorThread thread = new TensorThread("ram");
  private final Lifetime lifetime = new Lifetime();
  private final LoadedNetwork<RamModel> loaded;
  private final TagVocabulary vocabulary;
  private final RamProcessor processor;
  private final Device device;
  private final Tensor tagQueries;

  private RamTagger(LoadedNetwork<RamModel> loaded, TagVocabulary vocabulary, Device device) {
    this.loaded = loaded;
    this.vocabulary = vocabulary;
    this.device = device;
    processor = new RamProcessor(loaded.network().config().imageSize());
    try {
      tagQueries =
          thread.call(() -> new Queries(lifetime.own(loaded.network().tagQueries()))).tensor;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Carries a tensor that has an owner from one thread to another. */
  private record Queries(Tensor tensor) {}

  /**
   * Loads a RAM.
   *
   * @param path as {@link RamFiles#read} takes it
   * @throws LlavaSgException user, if there is none, its weights are not whole, or its tags are not
   *     those of the tag list
   */
  public static RamTagger load(Path path, Precision precision, Device device) {
    RamFiles files = RamFiles.read(path);
    int tags = files.vocabulary().size();
    LoadedNetwork<RamModel> loaded =
        LoadedNetwork.load(
            files.weights(),
            RamLayout.weightMap(),
            precision,
            device,
            parameters -> new RamModel(parameters, files.config(), tags));
    return new RamTagger(loaded, files.vocabulary(), device);
  }

  public RamConfig config() {
    return loaded.network().config();
  }

  public TagVocabulary vocabulary() {
    return vocabulary;
  }

  /** Size of the weights in memory, in bytes. */
  public long weightBytes() {
    return loaded.weightBytes();
  }

  @Override
  public List<Tag> tag(RgbImage image) {
    return tagAll(List.of(image)).getFirst();
  }

  @Override
  public List<List<Tag>> tagAll(List<RgbImage> images) {
    List<List<Tag>> tags = new ArrayList<>();
    int step = device.isCuda() ? IMAGES_AT_ONCE_ON_CUDA : 1;
    for (int start = 0; start < images.size(); start += step) {
      List<PixelValues> pixels =
          images.subList(start, Math.min(start + step, images.size())).stream()
              .map(processor::apply)
              .toList();
      float[] scores = thread.call(() -> scores(pixels));
      for (int i = 0; i < pixels.size(); i++) {
        tags.add(aboveThreshold(scores, i * vocabulary.size()));
      }
    }
    return tags;
  }

  private float[] scores(List<PixelValues> images) {
    RamModel model = loaded.network();
    Tensor[] planes =
        images.stream().map(p -> Tensor.of(p.values(), p.shape())).toArray(Tensor[]::new);
    Tensor tokens = model.visualTokens(Functional.stack(0, planes).to(device));
    Tensor logits = model.logits(tagQueries, model.imageEmbeddings(tokens));
    return logits.to(DType.F32).sigmoid().toFloats();
  }

  private List<Tag> aboveThreshold(float[] scores, int from) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < vocabulary.size(); i++) {
      float score = scores[from + i];
      // As float32, which the reference compares in.
      if (score > vocabulary.thresholds().get(i).floatValue()) {
        tags.add(new Tag(vocabulary.names().get(i), score));
      }
    }
    return tags;
  }

  @Override
  public void close() {
    thread.close();
    lifetime.close();
    loaded.close();
  }
}
