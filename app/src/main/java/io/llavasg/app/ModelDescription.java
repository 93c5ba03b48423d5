package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.model.ModelInfo;
import io.llavasg.tensor.DType;
import java.util.List;
import java.util.Locale;

/** A {@link ModelInfo} for people and for machines. */
final class ModelDescription {
  /** Positions that the key-value cache's size is given for. */
  private static final int POSITIONS = 1000;

  private static final List<DType> DTYPES = List.of(DType.F32, DType.BF16, DType.F16);

  private final ModelInfo info;

  ModelDescription(ModelInfo info) {
    this.info = info;
  }

  static String name(DType dtype) {
    return dtype.name().toLowerCase(Locale.ROOT);
  }

  String text() {
    Table parts = new Table().row("part", "parameters");
    info.parameters().forEach((part, count) -> parts.row(part.title(), grouped(count)));
    parts.row("total", grouped(info.total()));
    Table memory = new Table().row("memory", "weights", "KV cache, 1,000 positions");
    for (DType dtype : DTYPES) {
      memory.row(
          name(dtype),
          gigabytes(info.weightBytes(dtype)),
          gigabytes(info.cacheBytes(POSITIONS, dtype)));
    }
    StringBuilder text = new StringBuilder();
    text.append(info.directory()).append(": ").append(info.layout()).append("\n\n");
    text.append(parts).append("\n\n");
    if (info.sceneGraphParameters() > 0) {
      text.append(sceneGraph()).append('\n');
    }
    text.append("stored as ").append(stored()).append("\n\n");
    text.append(memory);
    info.notes().forEach(note -> text.append("\n\nnote: ").append(note));
    return text.toString();
  }

  /** The line that tells what the scene graph adds. */
  String sceneGraph() {
    return String.format(
        Locale.ROOT,
        "the scene graph (SGE and W_g) adds %s parameters, %.1f %% of the language model",
        millions(info.sceneGraphParameters()),
        100 * info.sceneGraphShare());
  }

  private String stored() {
    List<String> dtypes =
        info.stored().entrySet().stream()
            .map(
                entry ->
                    info.stored().size() == 1
                        ? name(entry.getKey())
                        : name(entry.getKey()) + " (" + grouped(entry.getValue()) + ")")
            .toList();
    return String.join(", ", dtypes) + ", " + gigabytes(info.storedBytes());
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("directory", info.directory().toString());
    json.put("layout", info.layout());
    ObjectNode parts = json.putObject("parameters");
    for (ModelInfo.Part part : ModelInfo.Part.values()) {
      parts.put(part.name().toLowerCase(Locale.ROOT), info.parameters(part));
    }
    parts.put("total", info.total());
    json.put("unused_elements", info.unused());
    json.putObject("scene_graph")
        .put("parameters", info.sceneGraphParameters())
        .put("share_of_language_model", info.sceneGraphShare());
    ObjectNode stored = json.putObject("stored_parameters");
    info.stored().forEach((dtype, count) -> stored.put(name(dtype), count));
    json.put("stored_bytes", info.storedBytes());
    ObjectNode weights = json.putObject("weight_bytes");
    ObjectNode cache = json.putObject("kv_cache_bytes_per_1000_positions");
    for (DType dtype : DTYPES) {
      weights.put(name(dtype), info.weightBytes(dtype));
      cache.put(name(dtype), info.cacheBytes(POSITIONS, dtype));
    }
    var notes = json.putArray("notes");
    info.notes().forEach(notes::add);
    return json;
  }

  static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String millions(long count) {
    return count < 1_000_000 ? grouped(count) : String.format(Locale.ROOT, "%.1f M", count / 1e6);
  }

  private static String gigabytes(long bytes) {
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
