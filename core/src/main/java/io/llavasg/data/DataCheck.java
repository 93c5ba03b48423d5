package io.llavasg.data;

import io.llavasg.LlavaSgException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Looks at samples as training will, in a chance order: all of them, or as many as there is time
 * for. Images are read as far as their size, and some are decoded.
 */
public final class DataCheck {
  /** One image in so many is decoded. */
  private static final int DECODED = 16;

  private final DataSet data;
  private final ExampleMaker maker;
  private final LongSupplier clock;

  /** Hears how far a check is. */
  @FunctionalInterface
  public interface Progress {
    void checked(long samples, long all);
  }

  public DataCheck(DataSet data, ExampleMaker maker) {
    this(data, maker, System::nanoTime);
  }

  DataCheck(DataSet data, ExampleMaker maker, LongSupplier clock) {
    this.data = data;
    this.maker = maker;
    this.clock = clock;
  }

  /** What came of one sample. */
  private record Looked(Sample.Modality modality, ExampleMaker.Made made, boolean decoded) {}

  /** Checks samples until all are or time is up. */
  public DataReport run(Duration time, int threads, Progress progress) {
    long end = clock.getAsLong() + time.toNanos();
    int[] order = new SampleOrder(new int[data.count()], Grouping.NONE, 1, 1, 0).epoch(0);
    DataReport.Builder report = new DataReport.Builder(data);
    Deque<Future<Looked>> looking = new ArrayDeque<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      int next = 0;
      while (next < order.length && clock.getAsLong() < end || !looking.isEmpty()) {
        boolean timely = clock.getAsLong() < end;
        while (timely && next < order.length && looking.size() < 8 * threads) {
          int sample = order[next];
          boolean decode = next++ % DECODED == 0;
          looking.add(pool.submit(() -> look(sample, decode)));
        }
        collect(looking.removeFirst(), report);
        progress.checked(report.checked(), order.length);
      }
    }
    return report.build();
  }

  private Looked look(int sample, boolean decode) {
    Sample read = data.read(sample);
    ExampleMaker.Images images =
        decode ? ExampleMaker.Images.DECODED : ExampleMaker.Images.MEASURED;
    return new Looked(
        read.modality(),
        maker.make(data.source(sample), read, images),
        decode && read.image().isPresent());
  }

  private static void collect(Future<Looked> looked, DataReport.Builder report) {
    try {
      Looked result = looked.get();
      report.add(result.modality, result.made, result.decoded);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof LlavaSgException known)
          || known.fault() != LlavaSgException.Fault.USER) {
        throw LlavaSgException.internal(e, "a sample could not be checked: %s", e);
      }
      report.addBroken(String.valueOf(known.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LlavaSgException.internal(e, "interrupted while samples were checked");
    }
  }
}
