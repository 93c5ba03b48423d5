package io.llavasg.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files into the page cache in the background, front to back, ahead of whoever uses them
 * through a mapping: page faults alone, taken one after another, leave part of a disk's speed
 * unused. It keeps no bytes, so that the kernel may drop them again where memory is short.
 *
 * <p>Plain reads of a megabyte by one thread are portable, and within the noise as fast as two or
 * four threads, larger blocks, or madvise with {@code WILLNEED} or {@code POPULATE_READ}.
 */
public final class Prefetch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Prefetch.class);
  private static final int BLOCK = 1 << 20;

  private final Thread thread;
  private volatile boolean stopped;

  private Prefetch(List<Path> files) {
    thread = Thread.ofPlatform().daemon().name("prefetch").unstarted(() -> readAll(files));
  }

  /** Starts to read {@code files} in the order given; a file that can't be read is skipped. */
  public static Prefetch start(List<Path> files) {
    Prefetch prefetch = new Prefetch(List.copyOf(files));
    prefetch.thread.start();
    return prefetch;
  }

  /** Waits until everything is read, or {@link #close} was called. */
  public void await() throws InterruptedException {
    thread.join();
  }

  /** Whether it has ended. */
  public boolean isDone() {
    return !thread.isAlive();
  }

  /** Stops within a block's reading; does nothing where it has ended. */
  @Override
  public void close() {
    stopped = true;
  }

  private void readAll(List<Path> files) {
    ByteBuffer scratch = ByteBuffer.allocateDirect(BLOCK);
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        while (!stopped && channel.read(scratch.clear()) >= 0) {
          // The read itself is all that is wanted.
        }
      } catch (IOException e) {
        LOG.debug("cannot read {} ahead", file, e);
      }
    }
  }
}
