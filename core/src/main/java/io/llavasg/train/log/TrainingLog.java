package io.llavasg.train.log;

import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import io.llavasg.train.StepReport;
import io.llavasg.train.TrainingListener;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** Writes the logs of one run into its folder. */
public final class TrainingLog implements TrainingListener, AutoCloseable {
  /** The file of steps. */
  public static final String STEPS = "train.jsonl";

  /** The picture of the loss, drawn whenever a checkpoint is saved, and at the end. */
  public static final String CURVE = "loss.png";

  /** The folder for {@code tensorboard --logdir}. */
  public static final String EVENTS = "tensorboard";

  private final Path folder;
  private final String title;
  private final Consumer<String> warnings;
  private final StepLog steps;
  private final EventFile events;

  /**
   * Opens the logs of a run.
   *
   * @param done steps that are behind; what the logs say of later ones is void
   * @param warnings is told, in a line, if the curve cannot be drawn: training goes on
   */
  public TrainingLog(Path folder, String title, int done, Consumer<String> warnings) {
    this.folder = folder;
    this.title = title;
    this.warnings = warnings;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "cannot write into '%s': it is no directory that can be written to", folder);
    }
    steps = StepLog.open(folder.resolve(STEPS), done);
    events = EventFile.create(folder.resolve(EVENTS), done + 1L);
  }

  @Override
  public void step(StepReport report) {
    steps.add(report);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", report.loss());
    values.put("train/learning_rate", report.learningRate());
    values.put("train/gradient_norm", report.gradientNorm());
    values.put("train/tokens_per_second", report.positions() / Math.max(1e-9, report.seconds()));
    values.put("train/seconds", report.seconds());
    events.add(report.step(), values);
  }

  @Override
  public void saved(Path checkpoint) {
    draw();
  }

  /** The steps that a run's folder has logged. */
  public static List<StepLine> read(Path folder) {
    return StepLog.read(folder.resolve(STEPS));
  }

  private void draw() {
    Path file = folder.resolve(CURVE);
    Path temporary = folder.resolve("." + CURVE);
    try {
      BufferedImage curve = LossCurve.draw(read(folder), title);
      ImageIO.write(curve, "png", temporary.toFile());
      WholeFile.publish(temporary, file);
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      // A machine without fonts or room for a picture still trains.
      warnings.accept("cannot draw '%s': %s".formatted(file, e));
    }
  }

  @Override
  public void close() {
    draw();
    steps.close();
    events.close();
  }
}
