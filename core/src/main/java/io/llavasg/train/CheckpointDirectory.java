package io.llavasg.train;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of a training, {@code step-00000120} and so on. One is written under another name
 * that begins with a dot, put on disk, and only then renamed; so whatever ends the process, and
 * whenever, each {@code step-…} is whole. To remove one, it gets such a name first.
 */
public final class CheckpointDirectory {
  private static final Pattern COMPLETE = Pattern.compile("step-\\d{8}");
  private static final String UNFINISHED = ".unfinished-";

  private final Path directory;
  private final int keep;

  CheckpointDirectory(Saving saving) {
    directory = saving.directory().toAbsolutePath().normalize();
    keep = saving.keep();
  }

  /** The checkpoint of a training that was saved last, if there is one. */
  public static Optional<Path> latest(Path directory) {
    return complete(directory).stream().reduce((earlier, later) -> later);
  }

  /** Whole checkpoints, the earliest first. */
  private static List<Path> complete(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .filter(child -> COMPLETE.matcher(String.valueOf(child.getFileName())).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read '%s'", directory);
    }
  }

  /**
   * Saves a checkpoint, and removes those that are too many.
   *
   * @param content writes it into an empty directory
   * @throws LlavaSgException resources, if the disk is full or fails; earlier checkpoints are as
   *     they were
   */
  Path save(int step, Consumer<Path> content) {
    Path target = directory.resolve(String.format("step-%08d", step));
    if (Files.exists(target)) {
      return target; // the same step of the same training: it is the same
    }
    Path temporary = directory.resolve(UNFINISHED + UUID.randomUUID());
    try {
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw LlavaSgException.user(
          e, "cannot write '%s': it is no directory that can be written to", directory);
    }
    try {
      content.accept(temporary);
      sync(temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      sync(directory);
      removeEarlier();
      return target;
    } catch (IOException e) {
      throw failed(directory, e);
    } finally {
      removeUnfinished();
    }
  }

  private void removeEarlier() throws IOException {
    List<Path> all = complete(directory);
    for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
      Files.move(
          old, directory.resolve(UNFINISHED + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** What is being removed, and what a process that ended has left unfinished. */
  void removeUnfinished() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> children = Files.list(directory)) {
      for (Path child : children.toList()) {
        if (String.valueOf(child.getFileName()).startsWith(UNFINISHED)) {
          remove(child);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw LlavaSgException.resources(
          e, "cannot remove an unfinished checkpoint in '%s'; please do", directory);
    }
  }

  private static void remove(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  static void writeDurably(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Puts a directory's names on disk, where the system lets one. */
  private static void sync(Path directory) throws IOException {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      return; // no channel to a directory there
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static LlavaSgException failed(Path directory, IOException e) {
    return LlavaSgException.resources(
        e,
        "cannot write a checkpoint into '%s': %s; the earlier ones are whole",
        directory,
        String.valueOf(e.getMessage()));
  }
}
