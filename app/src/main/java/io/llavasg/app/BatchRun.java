package io.llavasg.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSg;
import io.llavasg.LlavaSgException;
import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.generate.QuestionBatch;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Answers a file of questions, {@code {"id", "image", "question", "entities"?}} a line, with {@code
 * {"id", "answer", …}} a line, in order, as they come. A line that cannot be answered becomes
 * {@code {"id", "error"}}, and the others go on; want of memory, or a disk that is full, ends the
 * run.
 *
 * @param scenes finds those of lines that bring no entities; without a scene graph, those of a line
 *     are unused
 */
record BatchRun(BatchFile file, SceneSource scenes, GenerationConfig generation, int batchSize) {

  BatchRun {
    if (batchSize < 1) {
      throw LlavaSgException.user("--batch-size is %d, but has to be positive", batchSize);
    }
  }

  /** A line of the file, and what became of it. */
  private record Line(JsonNode id, Question question, double perceptionMillis) {}

  /** Runs the whole file; the exit code is 2 if any line failed. */
  int run(ModelOptions options, PrintWriter out, PrintWriter err) {
    long total = file.count();
    Stopwatch loading = Stopwatch.started();
    try (LlavaSg model = options.load(err)) {
      Session session = new Session(model, out, err, loading.millis(), total);
      file.forEachLine(session::add);
      return session.end();
    }
  }

  private Line line(JsonNode id, JsonNode line) {
    Path image = path(line, "image");
    JsonNode text = line.path("question");
    if (!text.isTextual()) {
      throw LlavaSgException.user("the question is missing");
    }
    RgbImage pixels = ImageFile.read(image, Orientation.APPLY_EXIF);
    Question question = Question.about(pixels, text.textValue()).with(generation);
    JsonNode entities = line.path("entities");
    if (scenes.ignoreEntities() || entities.isMissingNode() || entities.isNull()) {
      SceneSource.Seen seen = scenes.perceived(pixels, image);
      return new Line(id, question.with(seen.scene()), seen.perceptionMillis());
    }
    Entities read =
        entities.isTextual()
            ? EntitiesFile.read(path(line, "entities"), pixels.width(), pixels.height())
            : EntitiesFile.parse("its entities", entities);
    return new Line(id, question.with(read), 0);
  }

  private Path path(JsonNode line, String name) {
    if (!line.path(name).isTextual()) {
      throw LlavaSgException.user("%s is missing, or no path", name);
    }
    return file.resolve(name, line.get(name).textValue());
  }

  private final class Session implements QuestionBatch.Results<Line> {
    private final PrintWriter out;
    private final PrintWriter err;
    private final double loadMillis;
    private final long total;
    private final QuestionBatch<Line> batch;
    private final Stopwatch elapsed = Stopwatch.started();
    private final MinuteReport report;
    private int answered;
    private int failed;

    Session(LlavaSg model, PrintWriter out, PrintWriter err, double loadMillis, long total) {
      this.out = out;
      this.err = err;
      this.loadMillis = loadMillis;
      this.total = total;
      report = new MinuteReport("questions", err, Terminal.console().isPresent());
      batch = new QuestionBatch<>(batchSize, model::askAll, this);
    }

    void add(String text, int number) {
      read(text, number).ifPresent(line -> batch.add(line, line.question()));
    }

    private Optional<Line> read(String text, int number) {
      JsonNode id = AnswerJson.JSON.getNodeFactory().numberNode(number);
      try {
        JsonNode json = AnswerJson.JSON.readTree(text);
        id = json.has("id") ? json.get("id") : id;
        return Optional.of(line(id, json));
      } catch (JsonProcessingException e) {
        flush();
        fail(id, "line %d is not valid JSON: %s".formatted(number, e.getOriginalMessage()));
      } catch (LlavaSgException e) {
        flush();
        if (e.fault() == LlavaSgException.Fault.RESOURCES) {
          throw e; // a full disk, or want of memory: the others would fail as well, or may
        }
        fail(id, String.valueOf(e.getMessage()));
      }
      return Optional.empty();
    }

    void flush() {
      batch.flush();
    }

    /** The exit code: 2 if any line failed. */
    int end() {
      flush();
      err.printf("llava-sg: %d answered, %d failed%n", answered, failed);
      return failed == 0 ? 0 : Failure.BAD_USE;
    }

    @Override
    public void answered(Line line, Answer answer) {
      print(line, answer);
    }

    @Override
    public void failed(Line line, LlavaSgException reason) {
      fail(line.id(), String.valueOf(reason.getMessage()));
    }

    private void print(Line line, Answer answer) {
      answered++;
      answer.warnings().forEach(w -> err.printf("llava-sg: question %s: %s%n", line.id(), w));
      ObjectNode json = AnswerJson.JSON.createObjectNode();
      json.set("id", line.id());
      json.setAll(AnswerJson.of(answer, loadMillis, line.perceptionMillis()));
      tell(json);
    }

    /** Stops where nobody can read the result: the others would be made for nothing. */
    private void tell(ObjectNode result) {
      out.println(result);
      Failure.requireWritten(out);
      report.tell(new Pace(answered + failed, 0, total, elapsed.millis() / 1e3));
    }

    private void fail(JsonNode id, String reason) {
      failed++;
      err.printf("llava-sg: question %s of '%s': %s%n", id, file.path(), Failure.oneLine(reason));
      ObjectNode json = AnswerJson.JSON.createObjectNode();
      json.set("id", id);
      tell(json.put("error", reason));
    }
  }
}
