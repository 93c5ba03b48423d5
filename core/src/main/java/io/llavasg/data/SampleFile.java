package io.llavasg.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of samples in LLaVA's format, read one by one: of a file of hundreds of megabytes only an
 * index is in memory. Safe for several threads, none of which may be interrupted while it reads.
 */
public final class SampleFile implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final SampleIndex index;
  private final FileChannel channel;

  private SampleFile(Path path, SampleIndex index, FileChannel channel) {
    this.path = path;
    this.index = index;
    this.channel = channel;
  }

  /**
   * Opens a JSON list of samples, or a file with one a line.
   *
   * @throws LlavaSgException user, if it is not there, no JSON, cut short or empty
   */
  public static SampleFile open(Path path) {
    SampleIndex index = SampleIndex.of(path);
    try {
      return new SampleFile(path, index, FileChannel.open(path, StandardOpenOption.READ));
    } catch (IOException e) {
      throw LlavaSgException.user(e, "the data file '%s' cannot be read: %s", path, e.toString());
    }
  }

  public Path path() {
    return path;
  }

  public int count() {
    return index.count();
  }

  /** Words of a sample's conversation, negative where it has no image; never 0. */
  int length(int sample) {
    return index.length(sample);
  }

  /** Changes with the file's content. */
  long checksum() {
    return index.checksum();
  }

  /**
   * A sample, counted from 0.
   *
   * @throws LlavaSgException user, if it is broken; the error names it
   */
  public Sample read(int sample) {
    ByteBuffer bytes = ByteBuffer.allocate(index.size(sample));
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, index.offset(sample) + bytes.position()) < 0) {
          throw LlavaSgException.user("'%s' became shorter while it was in use", path);
        }
      }
      return SampleJson.parse(JSON.readTree(bytes.array()), path.toString(), sample + 1);
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(
          e,
          "sample %d of '%s' is not JSON; the file changed while it was in use",
          sample + 1,
          path);
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "cannot read sample %d of '%s': %s", sample + 1, path, e.toString());
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot close '%s': %s", path, e.toString());
    }
  }
}
