package io.llavasg.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.cache.CachedPerception;
import io.llavasg.perception.cache.CachedPerception.Looked;
import io.llavasg.perception.cache.PerceptionCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds the entities of a file of images, {@code {"image", "id"?}} a line, and keeps them in a
 * cache; what the cache has already is not looked at again. {@code results.jsonl} in the cache's
 * folder gets a line for each image, in order: {@code {"id", "image", "entities", "count"}}, where
 * {@code entities} is the path of its entities file relative to the folder, or {@code {"id",
 * "image", "error"}}. Other fields of a line are copied, so that a file of questions becomes one
 * that {@code ask --batch} takes, but for those that an earlier run left in it.
 *
 * @param out the cache's folder
 * @param shard which of the lines
 * @param batchSize images that are looked at together
 */
record PerceiveBatch(BatchFile file, Path out, Shard shard, int batchSize) {
  /** Fields that say what became of a line. */
  private static final List<String> OUTCOME = List.of("entities", "count", "error");

  PerceiveBatch {
    if (batchSize < 1) {
      throw LlavaSgException.user("--batch-size is %d, but has to be positive", batchSize);
    }
  }

  /** A line of the file; the image is missing where the line has none. */
  private record Line(ObjectNode json, Optional<Path> image, String error) {}

  /**
   * What became of the images.
   *
   * @param perceived looked at now
   * @param cached found in the cache, or the same as another image of the file
   */
  record Summary(long perceived, long cached, long failed, double seconds, Path results) {
    long images() {
      return perceived + cached + failed;
    }
  }

  /**
   * Runs the whole file; what goes wrong with an image is told on {@code err}. The results of an
   * earlier run stay until all of these are there: the file may be those results itself, and a run
   * that is stopped, or another at the same time, damages none.
   */
  Summary run(PerceptionPipeline pipeline, PrintWriter err) {
    PerceptionCache cache =
        PerceptionCache.open(
            out, pipeline.fingerprint(), warning -> err.println("llava-sg: " + warning));
    Path results = out.resolve("results" + shard.suffix() + ".jsonl");
    WholeFile.requireFolder(results);
    Path unfinished = out.resolve("." + results.getFileName() + "." + UUID.randomUUID());
    unfinished.toFile().deleteOnExit(); // where the process is stopped
    try {
      Summary summary;
      try (PrintWriter lines =
              new PrintWriter(Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8));
          Progress progress = new Progress("perceiving", err)) {
        Session session = new Session(pipeline, cache, lines, err, progress, count(), results);
        forEachLine(session::add);
        session.flush();
        summary = session.summary();
      }
      WholeFile.publish(unfinished, results);
      return summary;
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot write '%s': %s", results, e.toString());
    } finally {
      unfinished.toFile().delete();
    }
  }

  private long count() {
    long[] count = {0};
    forEachLine((text, number) -> count[0]++);
    return count[0];
  }

  /** This shard's lines. */
  private void forEachLine(BatchFile.Visitor visitor) {
    long[] used = {0};
    file.forEachLine(
        (text, number) -> {
          if (shard.has(used[0]++)) {
            visitor.visit(text, number);
          }
        });
  }

  private Line line(String text, long number) {
    ObjectNode json = AnswerJson.JSON.createObjectNode();
    try {
      JsonNode read = AnswerJson.JSON.readTree(text);
      if (!(read instanceof ObjectNode object)) {
        return new Line(
            json.put("id", number), Optional.empty(), "line %d is no object".formatted(number));
      }
      json = object.has("id") ? object : json.put("id", number).setAll(object);
      json.remove(OUTCOME);
      JsonNode image = json.path("image");
      return image.isTextual()
          ? new Line(json, Optional.of(file.resolve("image", image.textValue())), "")
          : new Line(json, Optional.empty(), "image is missing, or no path");
    } catch (LlavaSgException e) {
      return new Line(json, Optional.empty(), String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      return new Line(
          json.put("id", number),
          Optional.empty(),
          "line %d is not valid JSON: %s".formatted(number, e.getOriginalMessage()));
    }
  }

  private final class Session {
    private final CachedPerception perception;
    private final PerceptionCache cache;
    private final PrintWriter lines;
    private final PrintWriter err;
    private final Progress progress;
    private final long total;
    private final Path results;
    private final List<Line> waiting = new ArrayList<>();
    private final Stopwatch elapsed = Stopwatch.started();
    private final MinuteReport report;
    private long perceived;
    private long cached;
    private long failed;

    Session(
        PerceptionPipeline pipeline,
        PerceptionCache cache,
        PrintWriter lines,
        PrintWriter err,
        Progress progress,
        long total,
        Path results) {
      this.perception = new CachedPerception(pipeline, cache);
      this.cache = cache;
      this.lines = lines;
      this.err = err;
      report = new MinuteReport("images", err, Terminal.showsProgress());
      this.progress = progress;
      this.total = total;
      this.results = results;
    }

    void add(String text, long number) {
      waiting.add(line(text, number));
      if (waiting.size() >= batchSize) {
        flush();
      }
    }

    void flush() {
      List<Path> images = waiting.stream().flatMap(line -> line.image().stream()).toList();
      List<Looked> looked = perception.perceiveAll(images);
      int next = 0;
      for (Line line : waiting) {
        if (line.image().isPresent()) {
          report(line, looked.get(next++));
        } else {
          fail(line, line.error());
        }
      }
      waiting.clear();
      if (lines.checkError()) { // which flushes
        throw LlavaSgException.resources(
            "'%s' cannot be written: the disk may be full; what was perceived is in the cache",
            results);
      }
      tell();
    }

    private void report(Line line, Looked looked) {
      if (looked.result().isEmpty()) {
        fail(line, looked.error().orElse("unknown"));
        return;
      }
      if (looked.cached()) {
        cached++;
      } else {
        perceived++;
      }
      Path entry = out.relativize(cache.entry(looked.key().orElseThrow()));
      ObjectNode json = line.json();
      json.put("image", line.image().orElseThrow().normalize().toString());
      json.put("entities", entry.toString().replace('\\', '/'));
      lines.println(json.put("count", looked.result().get().entities().size()));
    }

    private void fail(Line line, String reason) {
      failed++;
      err.printf(
          "llava-sg: image %s of '%s': %s%n",
          line.json().get("id"), file.path(), Failure.oneLine(reason));
      ObjectNode json = line.json();
      line.image().ifPresent(image -> json.put("image", image.normalize().toString()));
      lines.println(json.put("error", reason));
    }

    private void tell() {
      long done = perceived + cached + failed;
      Pace pace = new Pace(done, cached, total, elapsed.millis() / 1e3);
      progress.update(done, total, pace.describe("images"));
      report.tell(pace);
    }

    Summary summary() {
      return new Summary(perceived, cached, failed, elapsed.millis() / 1e3, results);
    }
  }
}
