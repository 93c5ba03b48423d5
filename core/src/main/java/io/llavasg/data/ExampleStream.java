package io.llavasg.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.llavasg.LlavaSgException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Examples without end, epoch after epoch, always in the same order for the same seed. Images are
 * decoded ahead in a few threads; what is handed out does not depend on how fast they are. To be
 * used by one thread.
 *
 * <p>A place is counted in samples of the epoch's order, broken ones included. So a batch that a
 * broken sample is left out of is one example shorter, and all later batches are what they would
 * have been.
 */
public final class ExampleStream implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIXED = "fixed";
  private static final String NONE = "none";
  private static final JsonNode ABSENT = TextNode.valueOf(NONE);

  /** Pixels that may wait in memory, in bytes. */
  private static final long WAITING = 256L << 20;

  private final DataSet data;
  private final ExampleMaker maker;
  private final Settings settings;
  private final Consumer<String> warnings;
  private final SampleOrder order;
  private final int ahead;
  private final ExecutorService decoders;
  private final Deque<Future<ExampleMaker.Made>> coming = new ArrayDeque<>();
  private Place handed = new Place(0, 0);
  private Place next = handed;
  private int[] visits = new int[0];
  private int visitsEpoch = -1;
  private final Omission.Tally omissions = new Omission.Tally();
  private long skipped;
  private int skippedInARow;

  /**
   * How samples are visited.
   *
   * @param microBatches of a batch
   * @param threads that decode images
   * @param fixed what else examples depend on, by name: a stream goes on only where it is the same
   */
  public record Settings(
      Grouping grouping,
      int batch,
      int microBatches,
      long seed,
      BrokenSamples broken,
      int threads,
      SortedMap<String, String> fixed) {

    public Settings {
      fixed = Collections.unmodifiableSortedMap(new TreeMap<>(fixed));
    }
  }

  /** An epoch, and how many samples of its order are behind. */
  private record Place(int epoch, int position) {}

  /**
   * A stream at the start of its first epoch.
   *
   * @param data stays the caller's to close, after this stream
   * @param warnings is told of each broken sample that is skipped, a line each
   */
  public ExampleStream(
      DataSet data, ExampleMaker maker, Settings settings, Consumer<String> warnings) {
    this.data = data;
    this.maker = maker;
    this.settings = settings;
    this.warnings = warnings;
    order =
        new SampleOrder(
            data.lengths(),
            settings.grouping(),
            settings.batch(),
            settings.microBatches(),
            settings.seed());
    ahead = (int) Math.clamp(WAITING / maker.pixelBytes(), 2, 2L * settings.batch());
    decoders =
        Executors.newFixedThreadPool(
            settings.threads(),
            work -> {
              Thread thread = new Thread(work, "decoder");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The examples of the next {@code count} samples, fewer where the epoch ends or samples are
   * skipped, but one at least.
   *
   * @throws LlavaSgException user, naming the sample, if one is broken and none may be, or all are
   */
  public List<Example> next(int count) {
    List<Example> examples = new ArrayList<>();
    while (examples.isEmpty()) {
      int left = Math.min(count, data.count() - handed.position);
      for (int i = 0; i < left; i++) {
        take(examples);
      }
    }
    return examples;
  }

  private void take(List<Example> examples) {
    while (coming.size() < ahead) {
      int sample = visit(next);
      coming.add(decoders.submit(() -> maker.make(data.source(sample), data.read(sample))));
      next = after(next);
    }
    Future<ExampleMaker.Made> first = coming.removeFirst();
    try {
      ExampleMaker.Made made = first.get();
      examples.add(made.example());
      omissions.add(made.example().id(), made.leftOut());
      skippedInARow = 0;
    } catch (ExecutionException e) {
      skip(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LlavaSgException.internal(e, "interrupted while an image was decoded");
    }
    handed = after(handed);
  }

  private void skip(ExecutionException failure) {
    if (!(failure.getCause() instanceof LlavaSgException known)) {
      throw LlavaSgException.internal(failure, "a sample could not be prepared: %s", failure);
    }
    String message = String.valueOf(known.getMessage());
    if (known.fault() != LlavaSgException.Fault.USER || settings.broken() == BrokenSamples.STOP) {
      throw known;
    }
    skipped++;
    warnings.accept("skipped: " + message);
    if (++skippedInARow >= data.count()) {
      throw LlavaSgException.user(
          known, "all %d samples are broken; the last: %s", data.count(), message);
    }
  }

  private Place after(Place place) {
    return place.position + 1 == data.count()
        ? new Place(place.epoch + 1, 0)
        : new Place(place.epoch, place.position + 1);
  }

  private int visit(Place place) {
    if (place.epoch != visitsEpoch) {
      visits = order.epoch(place.epoch);
      visitsEpoch = place.epoch;
    }
    return visits[place.position];
  }

  /** How many broken samples were skipped. */
  public long skipped() {
    return skipped;
  }

  /** What was left out of the samples that were handed out since this stream was made. */
  public List<Omission> omissions() {
    return omissions.omissions();
  }

  /** Epochs behind, with a fraction. */
  public double epochs() {
    return handed.epoch + (double) handed.position / data.count();
  }

  /** Where the stream is, to be given to {@link #restore}. */
  public String state() {
    ObjectNode state = JSON.createObjectNode();
    ObjectNode fixed = state.putObject(FIXED);
    settings.fixed().forEach(fixed::put);
    return state
        .put("epoch", handed.epoch)
        .put("position", handed.position)
        .put("skipped", skipped)
        .put("data", data.fingerprint())
        .put("seed", settings.seed())
        .put("grouping", settings.grouping().name())
        .put("batch", settings.batch())
        .put("micro_batches", settings.microBatches())
        .toString();
  }

  /**
   * Goes on from where another stream was.
   *
   * @throws LlavaSgException user, if that one had other data, another seed or other batches, and
   *     so another order
   */
  public void restore(String state) {
    JsonNode json = parse(state);
    requireSame("set of data files", data.fingerprint(), json.path("data"));
    requireSame("seed", Long.toString(settings.seed()), json.path("seed"));
    requireSame("grouping", settings.grouping().name(), json.path("grouping"));
    if (settings.grouping() != Grouping.NONE) {
      requireSame("batch", Integer.toString(settings.batch()), json.path("batch"));
      requireSame(
          "number of micro-batches",
          Integer.toString(settings.microBatches()),
          json.path("micro_batches"));
    }
    requireSameFixed(json.path(FIXED));
    Place place = new Place(json.path("epoch").asInt(-1), json.path("position").asInt(-1));
    if (place.epoch < 0 || place.position < 0 || place.position >= data.count()) {
      throw LlavaSgException.user("the checkpoint's place in the data is damaged: %s", state);
    }
    // What was decoded ahead belongs to the old place. Never interrupted: a reader's file would
    // be closed for all.
    coming.forEach(example -> example.cancel(false));
    coming.clear();
    handed = place;
    next = place;
    skipped = json.path("skipped").asLong();
  }

  /** Checkpoints that were written before these were kept in them go on all the same. */
  private void requireSameFixed(JsonNode there) {
    if (there.isObject()) {
      TreeMap<String, String> all = new TreeMap<>();
      there.fieldNames().forEachRemaining(name -> all.put(name, NONE));
      all.putAll(settings.fixed());
      all.forEach(
          (name, here) -> requireSame(name, here, there.has(name) ? there.get(name) : ABSENT));
    }
  }

  private static JsonNode parse(String state) {
    try {
      return JSON.readTree(state);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "the checkpoint's place in the data is damaged: %s", state);
    }
  }

  private static void requireSame(String what, String here, JsonNode there) {
    if (!here.equals(there.asText())) {
      throw LlavaSgException.user(
          "the checkpoint was made with another %s (%s, here %s): resume with the recipe and the"
              + " data it was started with, or start anew",
          what, there.asText(), here);
    }
  }

  /** Ends the decoding threads, after what they are at. */
  @Override
  public void close() {
    coming.forEach(example -> example.cancel(false));
    coming.clear();
    decoders.close();
  }
}
