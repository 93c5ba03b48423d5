package io.llavasg.generate;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.SafetensorsFile;
import io.llavasg.checkpoint.SafetensorsWriter;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The images that a model of a small world knows, as a Gaussian over what its vision tower makes of
 * them: an image beyond its limit is none of them, and an answer about it means nothing. The
 * measure is the Mahalanobis distance (as Lee et al., 2018, use it for classes) of what each
 * feature of F_v does over an image's patches: its mean and its deviation.
 *
 * <p>A model has one where {@value #FILE} lies in its directory; published models have none.
 */
public final class ImageDomain {
  /** The file in a model's directory. */
  public static final String FILE = "image_domain.safetensors";

  private static final String MEAN = "mean";
  private static final String FACTOR = "cholesky";
  private static final String NAME = "name";
  private static final String LIMIT = "limit";

  /** Of the variance's mean, added to each: features that never vary would make it singular. */
  private static final double SHRINKAGE = 1e-3;

  /** Numbers of a summary for each feature. */
  private static final int STATISTICS = 2;

  private final String name;
  private final double limit;
  private final double[] mean;

  /** L of Σ = L·Lᵀ, row by row. */
  private final double[][] factor;

  private ImageDomain(String name, double limit, double[] mean, double[][] factor) {
    this.name = name;
    this.limit = limit;
    this.mean = mean;
    this.factor = factor;
  }

  /**
   * Fits a domain.
   *
   * @param name what its images are, in the plural: "drawn scenes"
   * @param images summaries that the Gaussian is fitted to; more than each has numbers
   * @param others summaries of further images, that the limit is taken from
   * @param share of {@code others} that lie within the limit
   */
  public static ImageDomain fit(
      String name, List<double[]> images, List<double[]> others, double share) {
    int size = images.getFirst().length;
    double[] mean = new double[size];
    for (double[] image : images) {
      for (int i = 0; i < size; i++) {
        mean[i] += image[i] / images.size();
      }
    }
    var unlimited =
        new ImageDomain(name, Double.POSITIVE_INFINITY, mean, cholesky(covariance(images, mean)));
    double[] distances = others.stream().mapToDouble(unlimited::distance).sorted().toArray();
    int last = (int) Math.ceil(share * distances.length) - 1;
    return new ImageDomain(name, distances[Math.max(0, last)], mean, unlimited.factor);
  }

  private static double[][] covariance(List<double[]> images, double[] mean) {
    int size = mean.length;
    double[][] covariance = new double[size][size];
    double[] centred = new double[size];
    for (double[] image : images) {
      Arrays.setAll(centred, i -> image[i] - mean[i]);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j <= i; j++) {
          covariance[i][j] += centred[i] * centred[j] / (images.size() - 1);
        }
      }
    }
    double trace = 0;
    for (int i = 0; i < size; i++) {
      trace += covariance[i][i];
    }
    for (int i = 0; i < size; i++) {
      covariance[i][i] += SHRINKAGE * trace / size;
    }
    return covariance;
  }

  /** Of the lower triangle of a positive definite matrix. */
  private static double[][] cholesky(double[][] matrix) {
    int size = matrix.length;
    double[][] factor = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = matrix[i][j];
        for (int k = 0; k < j; k++) {
          rest -= factor[i][k] * factor[j][k];
        }
        factor[i][j] = i == j ? Math.sqrt(rest) : rest / factor[j][j];
      }
    }
    return factor;
  }

  /**
   * What an image's distance is measured of.
   *
   * @param features F_v (1, patches, d_e)
   * @return for each feature its mean and its standard deviation over the patches: 2 · d_e numbers
   */
  public static double[] summary(Tensor features) {
    int patches = Math.toIntExact(features.size(1));
    int size = Math.toIntExact(features.size(2));
    float[] values;
    try (var scope = Scope.open()) {
      values = features.to(DType.F32).toFloats();
    }
    double[] summary = new double[STATISTICS * size];
    for (int i = 0; i < size; i++) {
      double sum = 0;
      double squares = 0;
      for (int patch = 0; patch < patches; patch++) {
        double value = values[patch * size + i];
        sum += value;
        squares += value * value;
      }
      double mean = sum / patches;
      summary[i] = mean;
      summary[size + i] = Math.sqrt(Math.max(0, squares / patches - mean * mean));
    }
    return summary;
  }

  /** Mahalanobis distance of an image's {@link #summary} from the domain's mean. */
  public double distance(double[] summary) {
    double[] solved = new double[mean.length];
    double squares = 0;
    for (int i = 0; i < solved.length; i++) {
      double rest = summary[i] - mean[i];
      for (int k = 0; k < i; k++) {
        rest -= factor[i][k] * solved[k];
      }
      solved[i] = rest / factor[i][i];
      squares += solved[i] * solved[i];
    }
    return Math.sqrt(squares);
  }

  /** The greatest distance of an image that belongs to it. */
  public double limit() {
    return limit;
  }

  /**
   * A line about an image that does not belong to the domain.
   *
   * @param features F_v (1, patches, d_e)
   */
  public Optional<String> warning(Tensor features) {
    double distance = distance(summary(features));
    return distance <= limit
        ? Optional.empty()
        : Optional.of(
            "this model only knows %s, and this image is none (distance %.1f, its limit %.1f): do not trust the answer"
                .formatted(name, distance, limit));
  }

  /**
   * The domain of the model in a directory, if it has one.
   *
   * @param features d_e of its vision tower
   * @throws LlavaSgException user, if the file is broken or of another model
   */
  static Optional<ImageDomain> read(Path directory, int features) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      int size = STATISTICS * features;
      double[] mean = doubles(file, stored, MEAN, List.of((long) size));
      double[] rows = doubles(file, stored, FACTOR, List.of((long) size, (long) size));
      double[][] factor = new double[size][];
      Arrays.setAll(factor, i -> Arrays.copyOfRange(rows, i * size, (i + 1) * size));
      Map<String, String> metadata = stored.metadata();
      return Optional.of(
          new ImageDomain(
              metadata.getOrDefault(NAME, "other images"),
              limit(file, metadata.getOrDefault(LIMIT, "")),
              mean,
              factor));
    }
  }

  private static double limit(Path file, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw LlavaSgException.user(e, "'%s' says no limit of the domain", file);
    }
  }

  private static double[] doubles(
      Path file, SafetensorsFile stored, String name, List<Long> shape) {
    StoredTensor tensor = stored.tensors().get(name);
    if (tensor == null || tensor.dtype() != DType.F32 || !tensor.shape().equals(shape)) {
      throw LlavaSgException.user(
          "'%s' should hold %s, F32%s: it is another model's, remove it or make it anew",
          file, name, shape);
    }
    MemorySegment data = tensor.data();
    double[] values = new double[(int) (data.byteSize() / Float.BYTES)];
    Arrays.setAll(values, i -> data.get(FLOATS, (long) i * Float.BYTES));
    return values;
  }

  private static final ValueLayout.OfFloat FLOATS =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Writes {@value #FILE}.
   *
   * @throws LlavaSgException resources, if the disk is full
   */
  public void write(Path directory) {
    long size = mean.length;
    double[] rows = Arrays.stream(factor).flatMapToDouble(Arrays::stream).toArray();
    SafetensorsWriter.write(
        directory.resolve(FILE),
        List.of(outgoing(MEAN, mean, List.of(size)), outgoing(FACTOR, rows, List.of(size, size))),
        Map.of(NAME, name, LIMIT, Double.toString(limit)),
        WriteProgress.NONE);
  }

  private static OutgoingTensor outgoing(String name, double[] values, List<Long> shape) {
    MemorySegment data = MemorySegment.ofArray(new byte[values.length * Float.BYTES]);
    for (int i = 0; i < values.length; i++) {
      data.set(FLOATS, (long) i * Float.BYTES, (float) values[i]);
    }
    return OutgoingTensor.of(new TensorInfo(name, DType.F32, shape), () -> data);
  }
}
