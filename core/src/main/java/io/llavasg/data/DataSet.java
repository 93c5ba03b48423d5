package io.llavasg.data;

import io.llavasg.LlavaSgException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/** The samples of several files, one after the other, counted from 0. */
public final class DataSet implements AutoCloseable {
  private final List<DataSource> sources;
  private final int[] starts;

  /** Takes over the files: they are closed with the data set. */
  public DataSet(List<DataSource> sources) {
    this.sources = List.copyOf(sources);
    starts = new int[sources.size() + 1];
    for (int i = 0; i < sources.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], sources.get(i).count());
    }
    if (sources.isEmpty()) {
      throw LlavaSgException.user("there is no data to train on");
    }
  }

  public List<DataSource> sources() {
    return sources;
  }

  public int count() {
    return starts[sources.size()];
  }

  /** The source that a sample comes from. */
  public DataSource source(int sample) {
    return sources.get(sourceIndex(sample));
  }

  /** A sample; the error names a broken one. */
  public Sample read(int sample) {
    int source = sourceIndex(sample);
    return sources.get(source).samples().read(sample - starts[source]);
  }

  /** Words of the samples' conversations, negative for those without an image; none is 0. */
  int[] lengths() {
    int[] lengths = new int[count()];
    for (int source = 0; source < sources.size(); source++) {
      for (int i = starts[source]; i < starts[source + 1]; i++) {
        lengths[i] = sources.get(source).samples().length(i - starts[source]);
      }
    }
    return lengths;
  }

  /** Changes with the content or the order of the files, and with how much of each is used. */
  String fingerprint() {
    CRC32C crc = new CRC32C();
    for (DataSource source : sources) {
      long checksum = source.samples().checksum();
      for (int shift = 24; shift >= 0; shift -= 8) {
        crc.update((int) (checksum >>> shift) & 0xff);
      }
    }
    String counts =
        sources.stream()
            .map(source -> Integer.toString(source.count()))
            .collect(Collectors.joining("+"));
    return "%s-%08x".formatted(counts, crc.getValue());
  }

  private int sourceIndex(int sample) {
    int source = 0;
    while (sample >= starts[source + 1]) {
      source++;
    }
    return source;
  }

  @Override
  public void close() {
    sources.forEach(DataSource::close);
  }
}
