package io.llavasg.model;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WeightMap;
import io.llavasg.language.LlamaConfig;
import io.llavasg.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint holds, from its manifest and the headers of its weight files alone: no weight
 * is read, so a model of any size can be described on any machine.
 *
 * @param layout in words
 * @param parameters exact counts of what the parts hold, a tower's unused last layer included; a
 *     part that the checkpoint lacks is absent
 * @param stored how many of them are stored in each dtype
 * @param unused elements in tensors that no part of the model uses: buffers, CLIP's text half
 * @param languageModel shape of the decoder, where there is one
 * @param notes what is missing or strange, a sentence each
 */
public record ModelInfo(
    Path directory,
    String layout,
    Map<Part, Long> parameters,
    Map<DType, Long> stored,
    long unused,
    Optional<LlamaConfig> languageModel,
    List<String> notes) {

  /** The parts of the model, by the prefix of their parameters. */
  public enum Part {
    VISION_TOWER("vision tower", "vision_tower."),
    VISION_PROJECTOR("projector W_v", "multi_modal_projector."),
    SCENE_GRAPH("scene graph", "scene_graph."),
    SCENE_GRAPH_PROJECTOR("projector W_g", "scene_graph_projector."),
    LANGUAGE_MODEL("language model", "language_model.");

    private final String title;
    private final String prefix;

    Part(String title, String prefix) {
      this.title = title;
      this.prefix = prefix;
    }

    public String title() {
      return title;
    }

    private static Optional<Part> of(String name) {
      return Arrays.stream(values()).filter(part -> name.startsWith(part.prefix)).findFirst();
    }
  }

  public ModelInfo {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    stored = Collections.unmodifiableMap(new LinkedHashMap<>(stored));
    notes = List.copyOf(notes);
  }

  /**
   * Describes a directory of any layout, a language model or a vision tower alone included.
   *
   * @param visionTower where the tower of an original LLaVA is, if it is not found by itself; one
   *     that is nowhere is noted, and no error
   * @throws LlavaSgException user, if the directory is no checkpoint or a header is broken
   */
  public static ModelInfo read(Path directory, Optional<Path> visionTower) {
    ConfigFile config = ModelFiles.manifest(directory);
    String type = config.string("model_type", "");
    return switch (type) {
      case "llava_sg", "llava", "llava_llama" ->
          config.has("mm_vision_tower")
              ? original(directory, config, visionTower)
              : new Counter()
                  .add(directory, Layout.LLAVA_HF)
                  .info(
                      directory,
                      type.equals("llava_sg") ? "LLaVA-SG" : "LLaVA-1.5 (llava-hf)",
                      Optional.of(config.in("text_config")));
      case "llama" ->
          new Counter().add(directory, Layout.LLAMA).info(directory, "LLaMA", Optional.of(config));
      case "clip", "clip_vision_model" ->
          new Counter().add(directory, Layout.CLIP).info(directory, "CLIP", Optional.empty());
      default ->
          throw LlavaSgException.user(
              "'%s': model_type '%s' is not a LLaVA, LLaVA-SG, LLaMA or CLIP", config.path(), type);
    };
  }

  private static ModelInfo original(Path directory, ConfigFile config, Optional<Path> visionTower) {
    Counter counter = new Counter().add(directory, Layout.LLAVA_ORIGINAL);
    String name = config.string("mm_vision_tower", "");
    Optional<Path> tower = visionTower.or(() -> ModelFiles.towerDirectory(directory, name));
    if (tower.isPresent()) {
      counter.add(tower.get(), Layout.CLIP);
    } else {
      counter.notes.add("the vision tower '%s' is not here; --vision names it".formatted(name));
    }
    return counter.info(directory, "LLaVA-1.5 (original)", Optional.of(config));
  }

  /** All parameters. */
  public long total() {
    return parameters.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Parameters of a part, 0 where it is absent. */
  public long parameters(Part part) {
    return parameters.getOrDefault(part, 0L);
  }

  /** Parameters that the scene graph adds to LLaVA: the SGE module and W_g. */
  public long sceneGraphParameters() {
    return parameters(Part.SCENE_GRAPH) + parameters(Part.SCENE_GRAPH_PROJECTOR);
  }

  /** The scene graph's parameters as a share of the language model's. */
  public double sceneGraphShare() {
    long language = parameters(Part.LANGUAGE_MODEL);
    return language == 0 ? 0 : (double) sceneGraphParameters() / language;
  }

  /** Bytes of all weights in {@code dtype}. */
  public long weightBytes(DType dtype) {
    return total() * dtype.bytes();
  }

  /** Bytes of all weights as stored. */
  public long storedBytes() {
    return stored.entrySet().stream().mapToLong(e -> e.getKey().bytes() * e.getValue()).sum();
  }

  /** Bytes of keys and values of {@code positions} in {@code dtype}; 0 without a decoder. */
  public long cacheBytes(long positions, DType dtype) {
    return languageModel
        .map(
            llama ->
                2L
                    * llama.numHiddenLayers()
                    * llama.numKeyValueHeads()
                    * llama.headDim()
                    * positions
                    * dtype.bytes())
        .orElse(0L);
  }

  /** Adds up headers. */
  private static final class Counter {
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    Counter add(Path directory, Layout layout) {
      layout.weightMap().rename(Checkpoint.inspect(directory)).forEach(tensors::putIfAbsent);
      return this;
    }

    ModelInfo info(Path directory, String layout, Optional<ConfigFile> text) {
      WeightMap buffers = Layout.LLAVA_HF.weightMap();
      Map<Part, Long> parameters = new EnumMap<>(Part.class);
      Map<DType, Long> stored = new EnumMap<>(DType.class);
      List<String> strange = new ArrayList<>();
      long unused = 0;
      for (Map.Entry<String, TensorInfo> entry : tensors.entrySet()) {
        long elements = entry.getValue().elements();
        Optional<Part> part = Part.of(entry.getKey());
        if (buffers.ignores(entry.getKey()) || part.isEmpty()) {
          unused += elements;
        } else {
          parameters.merge(part.get(), elements, Long::sum);
          stored.merge(entry.getValue().dtype(), elements, Long::sum);
        }
        if (part.isEmpty() && !buffers.ignores(entry.getKey())) {
          strange.add(entry.getKey());
        }
      }
      if (!strange.isEmpty()) {
        notes.add(
            "%d tensors belong to no part, such as %s"
                .formatted(strange.size(), strange.getFirst()));
      }
      return new ModelInfo(
          directory, layout, parameters, stored, unused, text.map(ConfigReader::llama), notes);
    }
  }
}
