package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.bench.CheckpointShape.Markers;
import io.llavasg.bench.CheckpointShape.Preset;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.ShardedWriter;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a LLaVA-SG directory of random weights, which transformers loads as a LLaVA, too. */
@Command(
    name = "random-checkpoint",
    mixinStandardHelpOptions = true,
    description = "Writes a checkpoint of random weights in the shape of a published one.",
    footer = {
      "",
      "Example: bench/run random-checkpoint --preset b7 --tokenizer DIR --out /data/random-7b"
    })
final class RandomCheckpoint implements Callable<Integer> {
  private static final List<String> TOKENIZER_FILES =
      List.of("tokenizer.json", "tokenizer.model", "tokenizer_config.json");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--preset", defaultValue = "b7", description = "${COMPLETION-CANDIDATES}")
  private Preset preset = Preset.B7;

  @Option(names = "--layers", description = "Fewer layers of the language model.")
  private Optional<Integer> layers = Optional.empty();

  @Option(names = "--vision-layers", description = "Fewer layers of the vision tower.")
  private Optional<Integer> visionLayers = Optional.empty();

  @Option(names = "--dtype", defaultValue = "bf16", description = "bf16, f16 or f32")
  private DType dtype = DType.BF16;

  @Option(
      names = "--tokenizer",
      required = true,
      description = "Directory with a tokenizer.json that has <image>, <sg> and <text>.")
  private Path tokenizer = Path.of("");

  @Option(names = "--plain-llava", description = "Without a scene graph.")
  private boolean plain;

  @Option(names = "--out", required = true, description = "Directory to write.")
  private Path out = Path.of("");

  @Option(names = "--gguf", description = "Also writes the language model as GGUF.")
  private Optional<Path> gguf = Optional.empty();

  @Override
  public Integer call() throws IOException {
    CheckpointShape whole = preset.shape();
    CheckpointShape shape =
        whole.withLayers(
            layers.orElse(whole.text().layers()), visionLayers.orElse(whole.vision().layers()));
    long start = System.nanoTime();
    long bytes = write(shape, dtype, tokenizer, out, plain);
    double seconds = (System.nanoTime() - start) / 1e9;
    ObjectNode result = new ObjectMapper().createObjectNode();
    result.put("directory", out.toString()).put("dtype", dtype.name()).put("weight_bytes", bytes);
    result.put("seconds", seconds).put("megabytes_per_second", bytes / 1e6 / seconds);
    if (gguf.isPresent()) {
      Gguf.write(out, gguf.get());
      result.put("gguf", gguf.get().toString());
    }
    spec.commandLine().getOut().println(result);
    return 0;
  }

  /** Writes a whole directory; returns how many bytes its weights have. */
  static long write(CheckpointShape shape, DType dtype, Path tokenizer, Path out, boolean plain)
      throws IOException {
    Files.createDirectories(out);
    for (String name : TOKENIZER_FILES) {
      Path file = tokenizer.resolve(name);
      if (Files.exists(file)) {
        Files.copy(file, out.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    ObjectNode manifest = shape.manifest(dtype, markers(tokenizer.resolve("tokenizer.json")));
    if (plain) {
      manifest.put("model_type", "llava");
      manifest.putArray("architectures").add("LlavaForConditionalGeneration");
      manifest.remove(List.of("scene_graph_config", "sg_token_index", "text_token_index"));
    }
    writeJson(out.resolve("config.json"), manifest);
    writeJson(out.resolve("processor_config.json"), shape.processor());
    writeJson(
        out.resolve("generation_config.json"),
        new ObjectMapper().createObjectNode().put("bos_token_id", 1).put("eos_token_id", 2));
    return Torch.infer(
        () -> {
          try (RandomValues values = new RandomValues(dtype)) {
            List<OutgoingTensor> tensors =
                tensors(ModelFiles.read(out, Optional.empty()).config(), dtype).stream()
                    .map(values::tensor)
                    .toList();
            ShardedWriter.write(out, tensors, ShardedWriter.SHARD_BYTES, WriteProgress.NONE);
            return tensors.stream().mapToLong(tensor -> tensor.info().byteSize()).sum();
          }
        });
  }

  /** All that a published checkpoint holds: what the model declares, and what it leaves unused. */
  private static List<TensorInfo> tensors(LlavaSgConfig config, DType dtype) {
    LlavaSgConfig whole =
        new LlavaSgConfig(
            config.vision(),
            config.text(),
            config.vision().numHiddenLayers(),
            config.projectorAct(),
            config.sceneGraph());
    DeclaredParameters parameters = new DeclaredParameters(dtype);
    LlavaSgModel unused = new LlavaSgModel(parameters, whole);
    long size = unused.config().vision().hiddenSize();
    List<TensorInfo> tensors = new ArrayList<>(parameters.declared());
    for (String name : List.of("weight", "bias")) {
      tensors.add(new TensorInfo("vision_tower.post_layernorm." + name, dtype, List.of(size)));
    }
    tensors.replaceAll(
        info ->
            info.withName(
                info.name().replaceFirst("^vision_tower\\.", "vision_tower.vision_model.")));
    return tensors;
  }

  private static Markers markers(Path tokenizerJson) throws IOException {
    if (!Files.isRegularFile(tokenizerJson)) {
      throw LlavaSgException.user("'%s' is missing", tokenizerJson);
    }
    JsonNode added = new ObjectMapper().readTree(tokenizerJson.toFile()).path("added_tokens");
    return new Markers(
        id(added, "<image>", tokenizerJson),
        id(added, "<sg>", tokenizerJson),
        id(added, "<text>", tokenizerJson));
  }

  private static int id(JsonNode added, String token, Path file) {
    for (JsonNode entry : added) {
      if (entry.path("content").asText().equals(token)) {
        return entry.path("id").asInt();
      }
    }
    throw LlavaSgException.user("'%s' has no token %s", file, token);
  }

  private static void writeJson(Path file, ObjectNode content) throws IOException {
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), content);
  }
}
