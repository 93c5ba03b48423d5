package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.Device;
import io.llavasg.train.TrainingFixture.Circle;
import io.llavasg.train.TrainingSettings.NonFinite;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A training in a process of its own, to be killed; it prints the bits of each step's loss. */
final class ChildTraining {
  static final int STEPS = 14;

  private ChildTraining() {}

  static TrainingSettings settings() {
    return TrainingFixture.with(
        TrainingFixture.settings(TrainingFixture.EVERYTHING, 2, 2), STEPS, NonFinite.STOP);
  }

  /** Goes on with what is in the directory, to the end. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    try (Trainer trainer = Trainer.open(TrainingFixture.model(), settings(), Device.CPU)) {
      Circle source = new Circle(TrainingFixture.instructions());
      CheckpointDirectory.latest(directory).ifPresent(last -> trainer.resume(last, source));
      trainer.run(source, Optional.of(new Saving(directory, 2, 2)), ChildTraining::print);
    } catch (LlavaSgException e) {
      System.out.println(e.fault() + " " + e.getMessage());
      System.exit(3);
    }
  }

  static String line(StepReport report) {
    return report.step() + " " + Double.toHexString(report.loss());
  }

  private static void print(StepReport report) {
    System.out.println(line(report));
    System.out.flush();
  }

  /**
   * Starts a child.
   *
   * @param fileLimit most kilobytes of a file; -1 for no limit
   */
  static Process start(Path directory, int fileLimit) throws IOException {
    List<String> command = new ArrayList<>();
    if (fileLimit >= 0) {
      command.addAll(List.of("bash", "-c", "ulimit -f " + fileLimit + "; exec \"$0\" \"$@\""));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-Dorg.bytedeco") || flag.startsWith("--enable-native"))
        .forEach(command::add);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(ChildTraining.class.getName());
    command.add(directory.toString());
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Reads so many lines, fewer if the child ends. */
  static List<String> read(BufferedReader reader, int lines) throws IOException {
    List<String> read = new ArrayList<>();
    while (read.size() < lines) {
      String line = reader.readLine();
      if (line == null) {
        break;
      }
      read.add(line);
    }
    return read;
  }
}
