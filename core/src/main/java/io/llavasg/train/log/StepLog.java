package io.llavasg.train.log;

import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import io.llavasg.train.StepReport;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** train.jsonl: a line a step, each on disk as soon as the step is done. */
final class StepLog implements AutoCloseable {
  private final Path file;
  private final Writer writer;

  private StepLog(Path file, Writer writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Opens a log that holds the steps up to {@code done}, and no later ones. */
  static StepLog open(Path file, int done) {
    try {
      keep(file, done);
      return new StepLog(
          file,
          Files.newBufferedWriter(
              file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static void keep(Path file, int done) throws IOException {
    if (!Files.isRegularFile(file)) {
      return;
    }
    Path kept = file.resolveSibling("." + file.getFileName() + ".kept");
    try (BufferedReader reader = reader(file);
        BufferedWriter writer = Files.newBufferedWriter(kept)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Optional<StepLine> step = StepLine.parse(line);
        if (step.isPresent() && step.get().step() <= done) {
          writer.write(line + "\n");
        }
      }
    }
    WholeFile.publish(kept, file);
  }

  void add(StepReport report) {
    try {
      writer.write(StepLine.of(report) + "\n");
      writer.flush();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** The steps of a log, in their order. */
  static List<StepLine> read(Path file) {
    List<StepLine> steps = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      return steps;
    }
    try (BufferedReader reader = reader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        StepLine.parse(line).ifPresent(steps::add);
      }
      return steps;
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot read the log '%s': %s", file, e.toString());
    }
  }

  /** A line may have been cut off inside a character: that one is read as another. */
  private static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }

  static LlavaSgException failed(Path file, IOException e) {
    return LlavaSgException.resources(e, "cannot write the log '%s': %s", file, e.toString());
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }
}
