package io.llavasg.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.ItemId;
import io.llavasg.eval.task.Problems;
import io.llavasg.file.FileClaim;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers, one a line: {@code {"id": "42", "category": "popular", "answer": "yes"}}, with {@code
 * category} where ids need it. A line reaches the file as soon as its answer is there; one that was
 * cut off is taken away when the file is opened again, and its question asked anew.
 */
public final class AnswersFile implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final FileClaim claim;
  private final FileChannel channel;

  private AnswersFile(Path file, FileClaim claim, FileChannel channel) {
    this.file = file;
    this.claim = claim;
    this.channel = channel;
  }

  /**
   * Opens a file to add to it, and makes it if it is not there.
   *
   * @throws LlavaSgException user, if another run adds to it
   */
  public static AnswersFile append(Path file) {
    try {
      FileClaim claim =
          FileClaim.to(file)
              .orElseThrow(
                  () ->
                      LlavaSgException.user("another run adds to '%s'; wait for it to end", file));
      try {
        return new AnswersFile(file, claim, opened(file));
      } catch (IOException | RuntimeException e) {
        claim.close();
        throw e;
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "'%s' cannot be written to: %s", file, e.toString());
    }
  }

  /** The file behind its last whole line, where what was cut off is gone. */
  private static FileChannel opened(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      channel.truncate(wholeLines(channel));
      channel.position(channel.size());
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Where the last whole line ends. */
  private static long wholeLines(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (long end = channel.size(); end > 0; end--) {
      one.clear();
      channel.read(one, end - 1);
      if (one.get(0) == '\n') {
        return end;
      }
    }
    return 0;
  }

  /** Adds an answer. */
  public void add(EvalItem item, String answer) {
    ObjectNode line = JSON.createObjectNode().put("id", item.id().id());
    if (!item.id().category().isEmpty()) {
      line.put("category", item.id().category());
    }
    line.put("answer", answer);
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "'%s' cannot be written to: %s", file, e.toString());
    }
  }

  @Override
  public void close() {
    try (claim) {
      channel.close();
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "'%s' cannot be closed: %s", file, e.toString());
    }
  }

  /**
   * The answers of several files to some items. What cannot be used is a problem: a line that is no
   * answer, one to no item, and a second one to the same item.
   */
  public static Map<ItemId, String> read(
      List<Path> files, List<EvalItem> items, Problems problems) {
    return read(files, items, End.WHOLE, problems);
  }

  /**
   * As {@link #read}, of files that other parts of a run may be adding to: a last line that has no
   * end yet is passed over.
   */
  public static Map<ItemId, String> readGrowing(
      List<Path> files, List<EvalItem> items, Problems problems) {
    return read(files, items, End.GROWING, problems);
  }

  /** What the end of a file may be. */
  private enum End {
    WHOLE,
    GROWING
  }

  private static Map<ItemId, String> read(
      List<Path> files, List<EvalItem> items, End end, Problems problems) {
    Map<ItemId, EvalItem> known = new HashMap<>();
    items.forEach(item -> known.put(item.id(), item));
    boolean categories = items.stream().anyMatch(item -> !item.id().category().isEmpty());
    Map<ItemId, String> answers = new LinkedHashMap<>();
    for (Path file : files) {
      int number = 0;
      for (byte[] bytes : lines(file, end)) {
        String where = "line %d of '%s'".formatted(++number, file);
        Optional<Line> line =
            text(bytes, where, problems)
                .filter(text -> !text.isBlank())
                .flatMap(text -> parse(text, where, categories, problems));
        if (line.isPresent() && !known.containsKey(line.get().id())) {
          problems.add("%s answers no question of this task: id %s", where, line.get().id());
        } else if (line.isPresent()) {
          @Nullable String earlier = answers.putIfAbsent(line.get().id(), line.get().answer());
          if (earlier != null) {
            problems.add("%s answers %s again; the first counts", where, line.get().id());
          }
        }
      }
    }
    return answers;
  }

  private record Line(ItemId id, String answer) {}

  private static Optional<Line> parse(
      String text, String where, boolean categories, Problems problems) {
    try {
      JsonNode json = JSON.readTree(text);
      JsonNode id = json.path("id");
      JsonNode category = json.path("category");
      JsonNode answer = json.path("answer");
      if (!(id.isTextual() || id.isNumber())
          || !(answer.isTextual() || answer.isNumber() || answer.isBoolean())) {
        problems.add("%s is no answer: it needs an \"id\" and a text \"answer\"", where);
      } else if (categories && !category.isTextual()) {
        problems.add("%s has no \"category\", without which its id says nothing", where);
      } else {
        ItemId name = new ItemId(categories ? category.textValue() : "", id.asText());
        return Optional.of(new Line(name, answer.asText()));
      }
    } catch (JsonProcessingException e) {
      problems.add("%s is not JSON: %s", where, e.getOriginalMessage().replace('\n', ' '));
    }
    return Optional.empty();
  }

  /** A line may have been cut off inside a character. */
  private static Optional<String> text(byte[] line, String where, Problems problems) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text); // byte order mark
    } catch (CharacterCodingException e) {
      problems.add("%s is not in UTF-8", where);
      return Optional.empty();
    }
  }

  private static List<byte[]> lines(Path file, End end) {
    byte[] all;
    try {
      all = Files.readAllBytes(file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "the answers '%s' cannot be read: %s", file, e.toString());
    }
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == '\n') {
        lines.add(Arrays.copyOfRange(all, start, i));
        start = i + 1;
      }
    }
    if (start < all.length && end == End.WHOLE) {
      lines.add(Arrays.copyOfRange(all, start, all.length));
    }
    return lines;
  }
}
