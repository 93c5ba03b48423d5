package io.llavasg.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid files with random damage: they may still read, or say what's wrong, and nothing else. */
class DamagedFileTest {

  private static final int ROUNDS = 2000;
  private static final long SEED = 20_250_601;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {"plain.safetensors", "views-protocol2.bin", "views-protocol4.bin", "training.pth"})
  void damagedFileIsReadOrRefused(String name) throws IOException {
    byte[] valid = Files.readAllBytes(Fixtures.path(name));
    Path file = directory.resolve(name);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          Random random = new Random(SEED);
          int refused = 0;
          for (int round = 0; round < ROUNDS; round++) {
            Files.deleteIfExists(file);
            Files.write(file, damage(valid, random));
            try (Checkpoint checkpoint = Checkpoint.open(file)) {
              checkpoint.tensors().values().forEach(DamagedFileTest::use);
            } catch (LlavaSgException e) {
              assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER);
              assertThat(e.getMessage()).doesNotContain("\n");
              refused++;
            }
          }
          assertThat(refused).isBetween(ROUNDS / 10, ROUNDS);
        });
  }

  /** The pickle alone: in a whole file, most damage hits the zip's structure. */
  @Test
  void damagedPickleIsReadOrRefused() {
    try (MappedFile mapped = new MappedFile(Fixtures.path("training.pth"))) {
      MemorySegment entry =
          Fixtures.at(ZipIndex.read(mapped.memory(), "training.pth"), "training/data.pkl");
      byte[] valid = entry.toArray(ValueLayout.JAVA_BYTE);
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            Random random = new Random(SEED);
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
              byte[] damaged = damage(valid, random);
              try {
                StateDict.find(PickleReader.read(ByteBuffer.wrap(damaged), "damaged"));
              } catch (LlavaSgException e) {
                assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER);
                refused++;
              }
            }
            assertThat(refused).isBetween(ROUNDS / 10, ROUNDS);
          });
    }
  }

  private static void use(StoredTensor tensor) {
    assertThat(tensor.data().byteSize()).isEqualTo(tensor.info().byteSize()).isLessThan(1 << 20);
  }

  private static byte[] damage(byte[] valid, Random random) {
    byte[] damaged = valid.clone();
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(damaged, random.nextInt(valid.length));
    }
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      damaged[random.nextInt(valid.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }
}
