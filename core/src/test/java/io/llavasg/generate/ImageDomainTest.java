package io.llavasg.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.LlavaSg;
import io.llavasg.LlavaSgException;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDomainTest {
  private static final Path MODEL = Path.of("src/test/resources/model/tiny-llava-sg");
  private static final Path PICTURE = Path.of("src/test/resources/model/pictures/wide.png");

  @TempDir private Path folder;

  /** Variances 2/3 and 8/3, no covariance; a thousandth of their mean is added to each. */
  @Test
  void distanceIsMahalanobis() {
    List<double[]> cross =
        List.of(
            new double[] {1, 0}, new double[] {-1, 0}, new double[] {0, 2}, new double[] {0, -2});
    ImageDomain domain = ImageDomain.fit("crosses", cross, cross, 1);
    double shrinkage = 1e-3 * 5 / 3;
    assertThat(domain.distance(new double[] {1, 2}))
        .isCloseTo(Math.sqrt(1 / (2 / 3.0 + shrinkage) + 4 / (8 / 3.0 + shrinkage)), within(1e-12));
    assertThat(domain.distance(new double[] {0, 0})).isZero();
    assertThat(domain.limit()).isCloseTo(Math.sqrt(4 / (8 / 3.0 + shrinkage)), within(1e-12));
  }

  /** Of patches 1 2 5 9, and of four that are the same. */
  @Test
  void summarySaysHowPatchesDiffer() {
    double[] summary =
        Torch.infer(
            () -> ImageDomain.summary(Tensor.of(new float[] {1, 3, 2, 3, 5, 3, 9, 3}, 1, 4, 2)));
    double deviation = Math.sqrt((1 + 4 + 25 + 81) / 4.0 - 4.25 * 4.25);
    assertThat(summary).containsExactly(new double[] {4.25, 3, deviation, 0}, within(1e-9));
  }

  /** Of correlated numbers, what runs against the correlation is far. */
  @Test
  void distanceKnowsCorrelation() {
    Random random = new Random(3);
    List<double[]> line = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      double along = random.nextGaussian();
      line.add(new double[] {along + 0.1 * random.nextGaussian(), along});
    }
    ImageDomain domain = ImageDomain.fit("a line", line, line, 0.99);
    assertThat(domain.distance(new double[] {1, 1})).isLessThan(domain.limit());
    assertThat(domain.distance(new double[] {1, -1})).isGreaterThan(3 * domain.limit());
    assertThat(line.stream().filter(point -> domain.distance(point) <= domain.limit()))
        .hasSize(1980);
  }

  @Test
  void modelSaysWhichImagesItDoesNotKnow() throws IOException {
    Path model = copyOfModel();
    int size = 2 * features(model);
    Random random = new Random(5);
    List<double[]> elsewhere =
        Stream.generate(() -> random.doubles(size, 50, 51).toArray()).limit(size + 20).toList();
    List<double[]> around =
        Stream.generate(() -> random.doubles(size, -1e3, 1e3).toArray()).limit(size + 20).toList();
    ImageDomain.fit("drawn scenes", elsewhere, elsewhere, 1).write(model);
    assertThat(warnings(model))
        .singleElement()
        .asString()
        .contains("only knows drawn scenes", "do not trust");
    Files.delete(model.resolve(ImageDomain.FILE));
    ImageDomain.fit("everything", around, around, 1).write(model);
    assertThat(warnings(model)).isEmpty();
  }

  @Test
  void domainOfAnotherModelIsRefused() throws IOException {
    Path model = copyOfModel();
    List<double[]> small = List.of(new double[] {1, 0}, new double[] {-1, 0}, new double[] {0, 2});
    ImageDomain.fit("crosses", small, small, 1).write(model);
    assertThatThrownBy(() -> warnings(model))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContainingAll(ImageDomain.FILE, "another model's");
  }

  private static List<String> warnings(Path model) {
    try (LlavaSg loaded = LlavaSg.load(model)) {
      Question question =
          Question.about(ImageFile.read(PICTURE, Orientation.APPLY_EXIF), "What?")
              .with(new Scene.None())
              .with(GenerationConfig.GREEDY.withMaxNewTokens(1));
      return loaded.ask(question).warnings();
    }
  }

  /** d_e of its vision tower. */
  private static int features(Path model) {
    try (LlavaSg loaded = LlavaSg.load(model)) {
      return loaded.config().vision().hiddenSize();
    }
  }

  private Path copyOfModel() throws IOException {
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(MODEL.relativize(file)));
      }
    }
    return folder;
  }
}
