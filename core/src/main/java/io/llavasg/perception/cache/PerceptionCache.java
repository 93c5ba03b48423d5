package io.llavasg.perception.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.Entity;
import io.llavasg.image.Size;
import io.llavasg.perception.Fingerprint;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.PerceivedJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The results of one configuration of perception in a folder; the package's documentation has the
 * format. Safe for several threads and processes.
 *
 * <pre>{@code
 * var cache = PerceptionCache.openExisting(Path.of("masks"), warning -> log.warn(warning));
 * Entities entities = cache.find(Path.of("train2017/000000000009.jpg")).orElseThrow().entities();
 * }</pre>
 */
public final class PerceptionCache {
  private static final String CONFIGURATION = "configuration.json";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Path folder;
  private final String configuration;
  private final Consumer<String> warnings;

  private PerceptionCache(Path folder, String configuration, Consumer<String> warnings) {
    this.folder = folder;
    this.configuration = configuration;
    this.warnings = warnings;
  }

  /**
   * Opens the part of a folder that belongs to a configuration, and makes it if it is not there.
   *
   * @param warnings is told of entries that cannot be used, a line each
   * @throws LlavaSgException user, if it is no folder that can be written to; of resources, if
   *     there is no room in it
   */
  public static PerceptionCache open(
      Path folder, Fingerprint fingerprint, Consumer<String> warnings) {
    Path part = folder.resolve(fingerprint.digest());
    Path description = part.resolve(CONFIGURATION);
    if (!Files.exists(description)) {
      WholeFile.requireWritable(part);
      CacheFile.write(
          description, (fingerprint.description() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return new PerceptionCache(part, fingerprint.digest(), warnings);
  }

  /**
   * Opens the one configuration that a folder has results of, or, given the folder of a
   * configuration itself, that one; no weights are needed for it.
   *
   * @throws LlavaSgException user, if there is none, or there are several
   */
  public static PerceptionCache openExisting(Path folder, Consumer<String> warnings) {
    if (isConfiguration(folder)) {
      return new PerceptionCache(
          folder, String.valueOf(folder.toAbsolutePath().normalize().getFileName()), warnings);
    }
    List<Path> parts = configurations(folder);
    if (parts.size() == 1) {
      return openExisting(parts.getFirst(), warnings);
    }
    if (parts.isEmpty()) {
      throw LlavaSgException.user(
          "'%s' holds no results of perception; make some with 'llava-sg perceive --batch F.jsonl"
              + " --out %s'",
          folder, folder);
    }
    throw LlavaSgException.user(
        "'%s' holds results of %d configurations; give one of its folders: %s",
        folder,
        parts.size(),
        String.join(", ", parts.stream().map(part -> "" + part.getFileName()).toList()));
  }

  /** Whether a folder holds results of some configuration. */
  public static boolean isPresent(Path folder) {
    return isConfiguration(folder) || !configurations(folder).isEmpty();
  }

  private static boolean isConfiguration(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIGURATION));
  }

  private static List<Path> configurations(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(PerceptionCache::isConfiguration).sorted().toList();
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' is no folder that can be read", folder);
    }
  }

  /** Where the entry of a photo is, or would be. */
  public Path entry(ImageKey key) {
    String name = key.sha256();
    return folder
        .resolve(name.substring(0, 2))
        .resolve(name.substring(2, 4))
        .resolve(name + ".json");
  }

  /**
   * The result for a photo, if there is one. A damaged entry is none, and is warned of.
   *
   * @throws LlavaSgException user, if the photo cannot be read
   */
  public Optional<Perceived> find(Path imageFile) {
    return find(ImageKey.of(imageFile));
  }

  /** As {@link #find(Path)}. */
  public Optional<Perceived> find(ImageKey key) {
    Path entry = entry(key);
    try {
      JsonNode json = JSON.readTree(WholeFile.read(entry));
      if (!json.at("/key/image_sha256").asText().equals(key.sha256())
          || !json.at("/key/configuration").asText().equals(configuration)) {
        throw LlavaSgException.user("it belongs to another photo or configuration");
      }
      Perceived perceived = PerceivedJson.parse("it", json);
      EntitiesFile.requireSize(
          "it", perceived.entities(), json.at("/size/1").asInt(), json.at("/size/0").asInt());
      return Optional.of(perceived);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return damaged(entry, "it is cut short or damaged");
    } catch (LlavaSgException e) {
      return damaged(entry, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw LlavaSgException.resources(e, "cannot read '%s': %s", entry, e.toString());
    }
  }

  private Optional<Perceived> damaged(Path entry, String reason) {
    warnings.accept("the cache's entry '%s' cannot be used: %s".formatted(entry, reason));
    return Optional.empty();
  }

  /**
   * Keeps the result for a photo, in place of an earlier one.
   *
   * @param size the photo's, in the orientation in which it was looked at
   * @throws LlavaSgException of resources, if it cannot be written
   */
  public void store(ImageKey key, Size size, Perceived perceived) {
    ObjectNode json = PerceivedJson.toJson(perceived);
    List<Entity> entities = perceived.entities().list();
    for (int i = 0; i < entities.size(); i++) {
      ((ObjectNode) json.path("entities").path(i).path("segmentation"))
          .put("counts", entities.get(i).mask().compressed());
    }
    json.putArray("size").add(size.height()).add(size.width());
    json.putObject("key").put("image_sha256", key.sha256()).put("configuration", configuration);
    try {
      CacheFile.write(entry(key), JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw LlavaSgException.internal(e, "cannot write JSON: %s", e.toString());
    }
  }
}
