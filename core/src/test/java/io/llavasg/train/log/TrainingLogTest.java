package io.llavasg.train.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import io.llavasg.train.StepReport;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLogTest {
  @TempDir private Path folder;

  private static StepReport report(int step, double loss) {
    return new StepReport(
        step,
        40,
        loss,
        1e-3,
        2.5,
        30,
        400,
        0.5,
        List.of("a", "b"),
        Double.isFinite(loss) ? StepReport.Outcome.DONE : StepReport.Outcome.SKIPPED);
  }

  private TrainingLog open(int done) {
    return new TrainingLog(
        folder,
        "a run",
        done,
        warning -> {
          throw new AssertionError(warning);
        });
  }

  private List<Integer> steps() {
    return TrainingLog.read(folder).stream().map(StepLine::step).toList();
  }

  /** Byte for byte what TensorBoard's writer makes; reference/train/event_file.py ran it. */
  @Test
  void eventsAreTensorBoards() throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("train/loss", 2.5);
    values.put("train/rate", 1e-5);
    try (EventFile events = EventFile.create(folder, 4, () -> 1700000000.25)) {
      events.add(4, values);
      events.add(300, Map.of("train/loss", Double.NaN));
    }
    assertThat(Files.readAllBytes(folder.resolve("events.out.tfevents.1700000000.llava-sg.250")))
        .isEqualTo(Files.readAllBytes(Path.of("src/test/resources/train/log/events.tfevents")));
  }

  @Test
  void eachStepIsALineOfJsonAtOnce() throws IOException {
    try (TrainingLog log = open(0)) {
      log.step(report(1, 3.25));
      log.step(report(2, Double.NaN));
      List<String> lines = Files.readAllLines(folder.resolve(TrainingLog.STEPS));
      assertThat(lines).hasSize(2);
      JsonNode first = new ObjectMapper().readTree(lines.get(0));
      assertThat(first.path("loss").doubleValue()).isEqualTo(3.25);
      assertThat(first.path("outcome").asText()).isEqualTo("done");
      assertThat(first.path("samples").toString()).isEqualTo("[\"a\",\"b\"]");
      JsonNode second = new ObjectMapper().readTree(lines.get(1));
      assertThat(second.path("loss").isNull()).isTrue();
      assertThat(second.path("outcome").asText()).isEqualTo("skipped");
    }
  }

  @Test
  void noStepStandsTwiceAfterAResume() throws IOException {
    try (TrainingLog log = open(0)) {
      IntStream.rangeClosed(1, 7).forEach(step -> log.step(report(step, 8 - step)));
    }
    // The process was killed in the middle of a character; the last checkpoint is of step 5.
    Path file = folder.resolve(TrainingLog.STEPS);
    byte[] cut = "{\"step\":8,\"samples\":[\"不".getBytes(StandardCharsets.UTF_8);
    Files.write(file, Arrays.copyOf(cut, cut.length - 1), StandardOpenOption.APPEND);
    assertThat(steps()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    try (TrainingLog log = open(5)) {
      assertThat(steps()).containsExactly(1, 2, 3, 4, 5);
      log.step(report(6, 1));
    }
    assertThat(steps()).containsExactly(1, 2, 3, 4, 5, 6);
    try (Stream<Path> events = Files.list(folder.resolve(TrainingLog.EVENTS))) {
      assertThat(events).hasSize(2);
    }
  }

  @Test
  void lossIsDrawn() throws IOException {
    try (TrainingLog log = open(0)) {
      IntStream.rangeClosed(1, 40)
          .forEach(step -> log.step(report(step, step == 20 ? Double.NaN : 10.0 / step)));
      log.saved(folder.resolve("checkpoint"));
      BufferedImage curve = ImageIO.read(folder.resolve(TrainingLog.CURVE).toFile());
      // High on the left, low on the right: the line's colour, and no other blue, is there.
      assertThat(lineAt(curve, 80)).isLessThan(curve.getHeight() / 4);
      assertThat(lineAt(curve, curve.getWidth() - 30)).isGreaterThan(curve.getHeight() / 2);
    }
  }

  private static int lineAt(BufferedImage curve, int x) {
    for (int y = 0; y < curve.getHeight(); y++) {
      Color colour = new Color(curve.getRGB(x, y));
      if (colour.getBlue() - colour.getRed() > 60) {
        return y;
      }
    }
    throw new AssertionError("no line at " + x);
  }

  @Test
  void curveOfNothingOrOfOneStepIsNoError() {
    List<String> warnings = new ArrayList<>();
    try (TrainingLog log = new TrainingLog(folder, "", 0, warnings::add)) {
      log.saved(folder);
      log.step(report(1, 0));
      log.saved(folder);
    }
    assertThat(warnings).isEmpty();
    assertThat(folder.resolve(TrainingLog.CURVE)).isNotEmptyFile();
  }

  @Test
  void folderThatIsAFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> new TrainingLog(file, "", 0, warning -> {}).close())
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("cannot write into");
  }
}
