package io.llavasg.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.NewDirectory;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.graph.EntitiesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * A benchmark's items as training samples in LLaVA's format, to fine-tune on a part that is not
 * scored: {@code samples.json}, each item asked as it is evaluated and answered by its most
 * frequent reference, of several the first; {@code images/}; and {@code entities/}, a file for each
 * image, where the data set brings its own.
 */
public final class SampleFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Set<Path> written = new HashSet<>();

  private SampleFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes a folder, whole or not at all.
   *
   * @param out not there yet, or empty
   * @param done is told after each item how many are done
   * @throws LlavaSgException user, if an item has no reference, or its image is not there;
   *     resources, if the disk is full
   */
  public static void write(Path out, List<EvalItem> items, IntConsumer done) {
    try (NewDirectory directory = new NewDirectory(out)) {
      SampleFiles files = new SampleFiles(directory.path());
      Path samples = directory.path().resolve("samples.json");
      try (SequenceWriter list = JSON.writer().writeValuesAsArray(samples.toFile())) {
        for (int i = 0; i < items.size(); i++) {
          list.write(files.sample(items.get(i)));
          done.accept(i + 1);
        }
      }
      directory.publish();
    } catch (IOException e) {
      throw LlavaSgException.resources(
          e, "cannot write '%s': %s", out, String.valueOf(e.getMessage()));
    }
  }

  private JsonNode sample(EvalItem item) throws IOException {
    if (item.references().isEmpty()) {
      throw LlavaSgException.user("item %s has no public answer to learn from", item.id());
    }
    String image = item.image().name();
    Path file = place("images", image, item);
    if (written.add(file)) {
      Files.createDirectories(file.getParent());
      Files.write(file, item.image().bytes());
      if (item.entities().isPresent()) {
        Path entities = place("entities", withoutExtension(image) + ".json", item);
        if (!written.add(entities)) {
          throw LlavaSgException.user(
              "item %s: another image is called '%s', too, but for its extension",
              item.id(), image);
        }
        Files.createDirectories(entities.getParent());
        EntitiesFile.write(item.entities().get().get(), entities);
      }
    }
    ObjectNode json = JSON.createObjectNode().put("id", item.id().toString()).put("image", image);
    ArrayNode turns = json.putArray("conversations");
    turns.addObject().put("from", "human").put("value", "<image>\n" + item.prompt());
    turns.addObject().put("from", "gpt").put("value", answer(item.references()));
    return json;
  }

  /** VQA has ten annotators' answers, and they differ. */
  private static String answer(List<String> references) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    references.forEach(reference -> counts.merge(reference, 1, Integer::sum));
    return Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  /** A data set's names of images are not trusted to stay in the folder. */
  private Path place(String part, String name, EvalItem item) {
    Path parent = folder.resolve(part);
    Path file = parent.resolve(name).normalize();
    if (!file.startsWith(parent) || file.equals(parent)) {
      throw LlavaSgException.user("item %s: its image's name is '%s'", item.id(), name);
    }
    return file;
  }

  private static String withoutExtension(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') ? name.substring(0, dot) : name;
  }
}
