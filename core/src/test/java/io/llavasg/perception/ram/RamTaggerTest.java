package io.llavasg.perception.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.checkpoint.Precision;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Tag;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.TestDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RamTaggerTest {
  /**
   * Tokens are of magnitude 3 to 7, at which float32 resolves 2e-7 to 5e-7; a dozen layers of sums
   * in another order stay within some twenty such steps, and a wrong formula does not.
   */
  private static final double TOLERANCE = 1e-5;

  private static Optional<Path> shared() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
        .map(folder -> folder.resolve("shared/goldens"))
        .filter(folder -> Files.isDirectory(folder.resolve("perception-a/ram")))
        .findFirst();
  }

  static boolean isSharedPresent() {
    return shared().isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"own-tags", "shipped-tags"})
  void theNetworkComputesWhatTheReferenceDoes(String name) {
    RamFixture.named(name).assertComputed(TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"own-tags", "shipped-tags"})
  void photosAreSquashedAndNormalisedAsTheReferenceDoes(String name) {
    RamFixture.named(name).assertPreprocessed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"own-tags", "shipped-tags"})
  void theTagsAreThoseOfTheReference(String name) {
    RamFixture fixture = RamFixture.named(name);
    try (RamTagger tagger = fixture.load()) {
      List<List<Tag>> tags = fixture.photos().stream().map(tagger::tag).toList();
      assertThat(tags.stream().map(RamFixture::names)).isEqualTo(fixture.tags());
      assertThat(tags.getFirst().getFirst().score()).isBetween(0.0, 1.0);
    }
  }

  @Test
  void aBatchGivesWhatEachPhotoGivesAlone() {
    RamFixture fixture = RamFixture.named("own-tags");
    try (RamTagger tagger = fixture.load()) {
      List<RgbImage> decoded = fixture.photos();
      List<RgbImage> photos = new ArrayList<>(decoded);
      photos.addAll(decoded);
      List<List<Tag>> together = tagger.tagAll(photos);
      assertThat(together).hasSize(6);
      for (int i = 0; i < photos.size(); i++) {
        List<Tag> alone = tagger.tag(photos.get(i));
        assertThat(RamFixture.names(together.get(i)))
            .isEqualTo(RamFixture.names(alone))
            .isEqualTo(fixture.tags().get(i % decoded.size())); // the reference's
        for (int j = 0; j < alone.size(); j++) {
          // On a GPU, sums of a larger matrix may be in another order.
          double tolerance = TestDevice.DEVICE.isCuda() ? 1e-6 : 0;
          assertThat(together.get(i).get(j).score())
              .isCloseTo(alone.get(j).score(), within(tolerance));
        }
      }
      assertThat(tagger.tagAll(List.of())).isEmpty();
    }
  }

  @Test
  void aPhotoOnePixelWideHasTags() {
    RamFixture fixture = RamFixture.named("own-tags");
    try (RamTagger tagger = fixture.load()) {
      for (RgbImage thin :
          List.of(RgbImage.of(1, 300, new byte[900]), RgbImage.of(1, 1, new byte[3]))) {
        List<Tag> tags = tagger.tag(thin);
        assertThat(tagger.vocabulary().names()).containsAll(RamFixture.names(tags));
        // Black throughout, whatever the size: so the same scores.
        assertThat(tags).isEqualTo(tagger.tag(RgbImage.of(64, 64, new byte[3 * 64 * 64])));
      }
    }
  }

  @Test
  void halfPrecisionIsClose() {
    RamFixture fixture = RamFixture.named("own-tags");
    try (RamTagger exact = fixture.load();
        RamTagger half =
            RamTagger.load(fixture.checkpoint(), Precision.of(DType.BF16), TestDevice.DEVICE)) {
      for (RgbImage photo : fixture.photos()) {
        List<String> expected = RamFixture.names(exact.tag(photo));
        // 8 bits of mantissa through some twenty layers: a tenth of the scores' range.
        List<Tag> coarse = half.tag(photo);
        for (Tag tag : exact.tag(photo)) {
          double threshold =
              exact.vocabulary().thresholds().get(exact.vocabulary().names().indexOf(tag.name()));
          assertThat(RamFixture.names(coarse).contains(tag.name()) || tag.score() < threshold + 0.1)
              .isTrue();
        }
        for (Tag tag : coarse) {
          double threshold =
              exact.vocabulary().thresholds().get(exact.vocabulary().names().indexOf(tag.name()));
          assertThat(expected.contains(tag.name()) || tag.score() < threshold + 0.1).isTrue();
        }
      }
      assertThat(half.weightBytes()).isLessThan(exact.weightBytes());
    }
  }

  @Test
  @EnabledIf("isSharedPresent")
  void sharedGoldens() {
    Path root = shared().orElseThrow();
    Path folder = root.resolve("perception-a/ram");
    RamFixture golden =
        new RamFixture(
            folder.resolve("ram_tiny.pth"), folder, List.of(root.resolve("extreme_ironing.jpg")));
    golden.assertComputed(1e-4);
    golden.assertPreprocessed();
    try (RamTagger tagger = RamTagger.load(golden.folder(), Precision.AUTO, TestDevice.DEVICE)) {
      RamFixture.assertSameButFor(
          tagger.tag(golden.photos().getFirst()),
          golden.tags().getFirst(),
          tagger.vocabulary(),
          1e-3);
    }
  }
}
