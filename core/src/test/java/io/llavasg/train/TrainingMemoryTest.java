package io.llavasg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Owner;
import io.llavasg.train.TrainingFixture.Circle;
import io.llavasg.train.TrainingSettings.Activations;
import io.llavasg.train.TrainingSettings.NonFinite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Steps leave nothing behind: graphs, gradients and recomputed layers are freed. */
class TrainingMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WARM_UP = 100;

  /** With {@code -Dtraining.steps=2000} the whole of a longer run. */
  private static final int STEPS = Integer.getInteger("training.steps", 300);

  /**
   * In a process of its own, where the heap is in memory from the start and the JIT compiler is the
   * small one: neither's growth is a leak.
   */
  @Test
  void stepsKeepResidentMemoryFlat() throws IOException, InterruptedException {
    assumeTrue(Files.exists(STATUS), "resident memory is read where Linux tells it");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-Dorg.bytedeco") || flag.startsWith("--enable-native"))
        .forEach(command::add);
    command.addAll(List.of("-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(TrainingMemoryTest.class.getName());
    command.add(Integer.toString(STEPS));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    String[] kilobytes = output.split(" ");
    long before = Long.parseLong(kilobytes[0]);
    assertThat(Long.parseLong(kilobytes[1])).as(output).isLessThan(before + before / 50);
  }

  /** Prints resident memory after the warm-up and at the end, in kilobytes. */
  public static void main(String[] arguments) {
    int steps = Integer.parseInt(arguments[0]);
    TrainingSettings settings =
        TrainingFixture.with(
            TrainingFixture.with(
                TrainingFixture.settings(TrainingFixture.EVERYTHING, 2, 2), steps, NonFinite.STOP),
            Activations.RECOMPUTED,
            DType.BF16);
    long[] kilobytes = new long[2];
    long[] tensors = new long[2];
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings, Device.CPU)) {
      trainer.run(
          new Circle(TrainingFixture.instructions()),
          Optional.empty(),
          report -> {
            if (report.step() == WARM_UP || report.step() == steps) {
              int index = report.step() == steps ? 1 : 0;
              kilobytes[index] = residentKilobytes();
              tensors[index] = Owner.liveTensors();
            }
          });
    }
    if (tensors[0] != tensors[1] || Owner.liveTensors() != 0) {
      throw new AssertionError("native tensors are left");
    }
    System.out.println(kilobytes[0] + " " + kilobytes[1]);
  }

  private static long residentKilobytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
