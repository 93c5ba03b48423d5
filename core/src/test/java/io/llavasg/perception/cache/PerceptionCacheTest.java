package io.llavasg.perception.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Box;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.image.Size;
import io.llavasg.perception.Detection;
import io.llavasg.perception.Detector;
import io.llavasg.perception.Drawing;
import io.llavasg.perception.Fingerprint;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.Segment;
import io.llavasg.perception.Segmenter;
import io.llavasg.perception.Stage;
import io.llavasg.perception.StageMemory;
import io.llavasg.perception.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerceptionCacheTest {
  private static final Size SIZE = new Size(3, 2);
  private static final ImageKey KEY = ImageKey.of(new byte[] {1, 2, 3});
  private static final Fingerprint FINGERPRINT = new Fingerprint("{\"version\":1}");

  private static final Perceived RESULT =
      new Perceived(
          List.of(new Tag("dog", .5)),
          new Entities(
              Optional.of("a.png"), List.of(Entity.of("dog", .75, Mask.ofCounts(3, 2, 1, 2, 3)))));

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();

  private PerceptionCache cache() {
    return PerceptionCache.open(folder, FINGERPRINT, warnings::add);
  }

  @Test
  void findsWhatWasStored() {
    PerceptionCache cache = cache();
    assertThat(cache.find(KEY)).isEmpty();
    cache.store(KEY, SIZE, RESULT);
    assertThat(cache.find(KEY)).contains(RESULT);
    assertThat(cache().find(KEY)).contains(RESULT);
    Perceived nothing = new Perceived(List.of(), Entities.none());
    ImageKey other = ImageKey.of(new byte[0]);
    cache.store(other, SIZE, nothing);
    assertThat(cache.find(other)).contains(nothing);
    assertThat(warnings).isEmpty();
  }

  /** The digest of an empty file is a published value; of three bytes, sha256sum's. */
  @Test
  void entriesAreEntitiesFilesUnderTheirContentsDigest() {
    ImageKey empty = ImageKey.of(new byte[0]);
    assertThat(empty.sha256())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    PerceptionCache cache = cache();
    cache.store(empty, SIZE, RESULT);
    Path entry =
        folder.resolve(FINGERPRINT.digest()).resolve("e3/b0").resolve(empty.sha256() + ".json");
    assertThat(cache.entry(empty)).isEqualTo(entry);
    assertThat(EntitiesFile.read(entry, 3, 2)).isEqualTo(RESULT.entities());
  }

  @Test
  void readingNeedsNoWeightsButOneConfiguration() throws IOException {
    assertThatThrownBy(() -> PerceptionCache.openExisting(folder, warnings::add))
        .hasMessageContaining("holds no results of perception");
    cache().store(KEY, SIZE, RESULT);
    Path image = Files.write(folder.resolve("moved.png"), new byte[] {1, 2, 3});
    assertThat(PerceptionCache.openExisting(folder, warnings::add).find(image)).contains(RESULT);
    Fingerprint second = new Fingerprint("{\"version\":2}");
    PerceptionCache.open(folder, second, warnings::add);
    assertThatThrownBy(() -> PerceptionCache.openExisting(folder, warnings::add))
        .hasMessageContaining("2 configurations")
        .hasMessageContaining(second.digest())
        .hasMessageContaining(FINGERPRINT.digest());
    Path part = folder.resolve(FINGERPRINT.digest());
    assertThat(PerceptionCache.openExisting(part, warnings::add).find(KEY)).contains(RESULT);
    assertThat(PerceptionCache.openExisting(folder.resolve(second.digest()), w -> {}).find(KEY))
        .isEmpty();
  }

  @Test
  void entriesCutShortAnywhereAreAbsentWithAWarning() throws IOException {
    PerceptionCache cache = cache();
    cache.store(KEY, SIZE, RESULT);
    byte[] whole = Files.readAllBytes(cache.entry(KEY));
    for (int length = 0; length < whole.length; length++) {
      Files.write(cache.entry(KEY), Arrays.copyOf(whole, length));
      assertThat(cache.find(KEY)).as("first %d bytes", length).isEmpty();
    }
    assertThat(warnings).hasSize(whole.length).allMatch(line -> line.contains("cannot be used"));
    // Blocks that a crash left unwritten are zeros.
    Files.write(cache.entry(KEY), new byte[whole.length]);
    assertThat(cache.find(KEY)).isEmpty();
    cache.store(KEY, SIZE, RESULT);
    assertThat(cache.find(KEY)).contains(RESULT);
  }

  @Test
  void entriesOfOtherPhotosAreAbsentWithAWarning() throws IOException {
    PerceptionCache cache = cache();
    cache.store(KEY, SIZE, RESULT);
    ImageKey other = ImageKey.of(new byte[] {9});
    Files.createDirectories(cache.entry(other).getParent());
    Files.copy(cache.entry(KEY), cache.entry(other));
    assertThat(cache.find(other)).isEmpty();
    assertThat(warnings).singleElement().asString().contains("another photo");
  }

  private static List<Segment> whole(RgbImage image, List<Box> boxes) {
    Mask all = Mask.ofCounts(image.width(), image.height(), 0, image.width() * image.height());
    return boxes.stream().map(box -> new Segment(all, 1)).toList();
  }

  private static PerceptionPipeline pipeline(AtomicInteger looked) {
    Detector detector =
        (image, labels) -> {
          looked.incrementAndGet();
          if (image.width() == 13) {
            throw new IllegalArgumentException("no photos of 13 pixels");
          }
          return List.of(new Detection(labels.getFirst(), .5, new Box(0, 0, 1, 1)));
        };
    return new PerceptionPipeline(
        Stage.missing("no tagger"),
        Stage.of("test", () -> detector),
        Stage.of("test", () -> (Segmenter) PerceptionCacheTest::whole),
        PerceptionConfig.DEFAULT.withTags(List.of("thing")));
  }

  @Test
  void aPhotoIsLookedAtOnce() throws IOException {
    Path image = new Drawing(4, 3).write(folder.resolve("a.png"));
    Path twin = Files.copy(image, folder.resolve("twin.png"));
    Path other = new Drawing(5, 3).write(folder.resolve("b.png"));
    AtomicInteger looked = new AtomicInteger();
    try (PerceptionPipeline pipeline = pipeline(looked)) {
      PerceptionCache cache =
          PerceptionCache.open(folder.resolve("c"), pipeline.fingerprint(), warnings::add);
      CachedPerception perception = new CachedPerception(pipeline, cache);
      Perceived first = perception.perceive(image);
      assertThat(perception.perceive(image)).isEqualTo(first);
      assertThat(first.entities().image()).contains("a.png");
      assertThat(looked).hasValue(1);
      var all = perception.perceiveAll(List.of(other, twin, other));
      assertThat(looked).hasValue(2);
      assertThat(all.stream().map(CachedPerception.Looked::cached))
          .containsExactly(false, true, true);
      assertThat(all.get(1).result()).contains(first.named("twin.png"));
      assertThat(perception.perceive(twin)).isEqualTo(first.named("twin.png"));
      assertThat(all.get(2).result()).isEqualTo(all.get(0).result()).isPresent();
      Files.writeString(cache.entry(ImageKey.of(image)), "{\"image\": \"a.p");
      assertThat(perception.perceive(image)).isEqualTo(first);
      assertThat(looked).hasValue(3);
      assertThat(warnings).hasSize(1);
      assertThat(cache.find(image)).contains(first);
    }
  }

  /** Two files of one content are one photo, each with its own name. */
  @Test
  void twinsOfOneBatchAreLookedAtOnce() throws IOException {
    Path image = new Drawing(4, 3).write(folder.resolve("a.png"));
    Path twin = Files.copy(image, folder.resolve("twin.png"));
    AtomicInteger looked = new AtomicInteger();
    try (PerceptionPipeline pipeline = pipeline(looked)) {
      PerceptionCache cache =
          PerceptionCache.open(folder.resolve("c"), pipeline.fingerprint(), warnings::add);
      var both = new CachedPerception(pipeline, cache).perceiveAll(List.of(image, twin));
      assertThat(looked).hasValue(1);
      assertThat(both.stream().map(CachedPerception.Looked::cached)).containsExactly(false, true);
      assertThat(both.stream().map(one -> one.result().orElseThrow().entities().image()))
          .containsExactly(Optional.of("a.png"), Optional.of("twin.png"));
    }
  }

  /** No photo is at fault: the run ends, and goes on when the place is mended. */
  @Test
  void aCacheThatCannotBeWrittenEndsTheRun() throws IOException {
    Path image = new Drawing(4, 3).write(folder.resolve("a.png"));
    Path other = new Drawing(5, 3).write(folder.resolve("b.png"));
    AtomicInteger looked = new AtomicInteger();
    try (PerceptionPipeline pipeline = pipeline(looked)) {
      PerceptionCache cache =
          PerceptionCache.open(folder.resolve("c"), pipeline.fingerprint(), warnings::add);
      Path place = cache.entry(ImageKey.of(image)).resolveSibling("");
      Files.createDirectories(place.resolveSibling(""));
      Files.writeString(place, "no folder");
      assertThatThrownBy(
              () -> new CachedPerception(pipeline, cache).perceiveAll(List.of(image, other)))
          .isInstanceOfSatisfying(
              LlavaSgException.class,
              e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.RESOURCES));
      assertThat(looked.get()).as("neither is looked at again").isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aPlaceThatIsNoFolderIsTheUsersFault() throws IOException {
    Path file = Files.writeString(folder.resolve("hats.png"), "not a folder");
    assertThatThrownBy(() -> PerceptionCache.open(file, FINGERPRINT, warnings::add))
        .hasMessageContaining("hats.png")
        .hasMessageContaining("no folder")
        .asInstanceOf(InstanceOfAssertFactories.type(LlavaSgException.class))
        .extracting(LlavaSgException::fault)
        .isEqualTo(LlavaSgException.Fault.USER);
    assertThat(file).hasContent("not a folder");
  }

  @Test
  void aBadPhotoFailsAlone() throws IOException {
    Path good = new Drawing(4, 3).write(folder.resolve("good.png"));
    Path refused = new Drawing(13, 3).write(folder.resolve("refused.png"));
    Path broken = Files.writeString(folder.resolve("broken.png"), "no image");
    Path missing = folder.resolve("missing.png");
    try (PerceptionPipeline pipeline = pipeline(new AtomicInteger())) {
      PerceptionCache cache =
          PerceptionCache.open(folder.resolve("c"), pipeline.fingerprint(), warnings::add);
      var all =
          new CachedPerception(pipeline, cache)
              .perceiveAll(List.of(broken, good, refused, missing));
      assertThat(all.stream().map(one -> one.result().isPresent()))
          .containsExactly(false, true, false, false);
      assertThat(all.get(0).error().orElseThrow()).contains("broken.png");
      assertThat(all.get(2).error().orElseThrow()).contains("no photos of 13 pixels");
      assertThat(all.get(3).error().orElseThrow()).contains("missing.png");
      assertThat(cache.find(good)).isPresent();
      assertThat(cache.find(refused)).isEmpty();
    }
  }

  /** A stage that cannot load is nothing that a photo could be blamed for. */
  @Test
  void missingWeightsEndTheWork() throws IOException {
    Path image = new Drawing(4, 3).write(folder.resolve("a.png"));
    try (PerceptionPipeline pipeline =
        new PerceptionPipeline(
            Stage.missing("no tagger"),
            Stage.missing("no detector here"),
            Stage.missing("no segmenter"),
            PerceptionConfig.DEFAULT.withTags(List.of("thing")))) {
      PerceptionCache cache =
          PerceptionCache.open(folder.resolve("c"), pipeline.fingerprint(), warnings::add);
      assertThatThrownBy(
              () -> new CachedPerception(pipeline, cache).perceiveAll(List.of(image, image)))
          .hasMessage("no detector here");
    }
  }

  @Test
  void fingerprintsTellConfigurationsApart() {
    PerceptionConfig config = PerceptionConfig.DEFAULT;
    List<PerceptionConfig> configs =
        List.of(
            config,
            config.withMaxEntities(31),
            config.withDuplicateIou(.7),
            config.withThresholds(.3, .2, .5),
            config.withTags(List.of()),
            config.withTags(List.of("a", "b")),
            config.withTags(List.of("a,b")),
            config.withOrientation(Orientation.IGNORE_EXIF));
    assertThat(configs.stream().map(one -> fingerprint(one, "d").digest())).doesNotHaveDuplicates();
    assertThat(fingerprint(config, "other")).isNotEqualTo(fingerprint(config, "d"));
    assertThat(fingerprint(config.withMemory(StageMemory.RELEASE), "d"))
        .isEqualTo(fingerprint(config, "d"));
  }

  private static Fingerprint fingerprint(PerceptionConfig config, String detector) {
    try (PerceptionPipeline pipeline =
        new PerceptionPipeline(
            Stage.missing("none"),
            Stage.of(detector, () -> (Detector) (image, labels) -> List.of()),
            Stage.missing("none"),
            config)) {
      return pipeline.fingerprint();
    }
  }

  /** Two processes write the same 40 entries over and over while this one reads them. */
  @Test
  void twoProcessesMayWriteOneCache() throws Exception {
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      writers.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  folder.toString())
              .inheritIO()
              .start());
    }
    PerceptionCache cache = cache();
    int seen = 0;
    while (writers.stream().anyMatch(Process::isAlive)) {
      for (int i = 0; i < Writer.ENTRIES; i++) {
        seen += cache.find(Writer.key(i)).isPresent() ? 1 : 0;
      }
    }
    for (Process writer : writers) {
      assertThat(writer.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(writer.exitValue()).isZero();
    }
    assertThat(warnings).isEmpty();
    assertThat(seen).isPositive();
    for (int i = 0; i < Writer.ENTRIES; i++) {
      assertThat(cache.find(Writer.key(i))).contains(RESULT);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(Writer.ENTRIES + 1);
    }
  }

  /** A process of its own. */
  static final class Writer {
    static final int ENTRIES = 40;

    private Writer() {}

    static ImageKey key(int i) {
      return ImageKey.of(new byte[] {(byte) i});
    }

    public static void main(String[] args) {
      PerceptionCache cache =
          PerceptionCache.open(
              Path.of(args[0]),
              FINGERPRINT,
              warning -> {
                throw new AssertionError(warning);
              });
      for (int round = 0; round < 50; round++) {
        for (int i = 0; i < ENTRIES; i++) {
          cache.find(key(i));
          cache.store(key(i), SIZE, RESULT);
        }
      }
    }
  }

  @Test
  void severalThreadsMayWriteOneCache() throws Exception {
    PerceptionCache cache = cache();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        done.add(threads.submit(() -> cache.store(KEY, SIZE, RESULT)));
      }
      for (Future<?> one : done) {
        one.get();
      }
    }
    assertThat(cache.find(KEY)).contains(RESULT);
  }
}
