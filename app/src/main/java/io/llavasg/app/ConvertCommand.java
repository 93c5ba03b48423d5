package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Precision;
import io.llavasg.model.ModelInfo;
import io.llavasg.model.convert.Conversion;
import io.llavasg.model.convert.ConversionOptions;
import io.llavasg.sge.SceneGraphConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg convert}: a LLaVA-SG out of LLaVA-1.5, or out of a LLaMA and a CLIP. */
@Command(
    name = "convert",
    description = "Make a LLaVA-SG of a LLaVA-1.5, or of a language model and a vision tower.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg convert --from models/llava-1.5-7b-hf --out models/llava-sg-7b",
      "  llava-sg convert --llm models/vicuna-7b-v1.5 --vision models/clip-vit-large-patch14-336"
          + " --projector mm_projector.bin --out models/llava-sg-7b"
    })
final class ConvertCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "A LLaVA-1.5 in any layout (llava-hf, liuhaotian), or a LLaVA-SG.")
  private Optional<Path> from = Optional.empty();

  @Option(names = "--llm", paramLabel = "DIR", description = "A Vicuna or LLaMA.")
  private Optional<Path> languageModel = Optional.empty();

  @Option(
      names = "--vision",
      paramLabel = "DIR",
      description = "A CLIP; beside --from, where an original LLaVA's tower is.")
  private Optional<Path> vision = Optional.empty();

  @Option(
      names = "--projector",
      paramLabel = "FILE",
      description = "mm_projector.bin; without it the projector W_v is new.")
  private Optional<Path> projector = Optional.empty();

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where to write.")
  private Path out = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      description = "f32, bf16 or f16 (default: as stored).")
  private String dtype = "auto";

  @Option(names = "--seed", paramLabel = "N", description = "Of the new parameters (default: 0).")
  private long seed;

  @Option(
      names = "--graph-hidden",
      paramLabel = "N",
      description = "Size of a graph node (default: 1024).")
  private Optional<Integer> graphHidden = Optional.empty();

  @Option(names = "--graph-heads", paramLabel = "N", description = "Attention heads (default: 16).")
  private Optional<Integer> graphHeads = Optional.empty();

  @Option(
      names = "--graph-intermediate",
      paramLabel = "N",
      description = "Size of the MLPs (default: 2048).")
  private Optional<Integer> graphIntermediate = Optional.empty();

  @Option(
      names = "--message-passing-layers",
      paramLabel = "N",
      description = "Blocks between nodes, 0 for none (default: 2).")
  private Optional<Integer> messagePassingLayers = Optional.empty();

  @Option(
      names = "--prompt-layers",
      paramLabel = "N",
      description = "Blocks from the prompt, 0 for none (default: 1).")
  private Optional<Integer> promptLayers = Optional.empty();

  @Option(
      names = "--max-nodes",
      paramLabel = "N",
      description = "Most entities of a graph (default: 32).")
  private Optional<Integer> maxNodes = Optional.empty();

  @Option(names = "--format", paramLabel = "FORMAT", description = "text or json (default: text).")
  private Format format = Format.TEXT;

  @Override
  public void run() {
    Conversion conversion = conversion();
    ConversionOptions options =
        new ConversionOptions(sceneGraph(), Precision.parse(dtype).dtype(), seed);
    Conversion.Result result;
    try (Progress progress = new Progress("writing", spec.commandLine().getErr())) {
      result = conversion.write(out, options, progress::update);
    }
    print(result, new ModelDescription(ModelInfo.read(out, Optional.empty())));
  }

  private Conversion conversion() {
    if (from.isPresent()) {
      if (languageModel.isPresent() || projector.isPresent()) {
        throw LlavaSgException.user("--from goes without --llm and --projector");
      }
      return Conversion.from(from.get(), vision);
    }
    if (languageModel.isEmpty() || vision.isEmpty()) {
      throw LlavaSgException.user(
          "name what to convert: --from DIR, or --llm DIR with --vision DIR");
    }
    return Conversion.ofParts(languageModel.get(), vision.get(), projector);
  }

  /** The shape asked for; empty if nothing is said of it. */
  private Optional<SceneGraphConfig> sceneGraph() {
    SceneGraphConfig standard = SceneGraphConfig.DEFAULT;
    int messages = messagePassingLayers.orElse(standard.numMessagePassingLayers());
    int prompts = promptLayers.orElse(standard.numPromptLayers());
    SceneGraphConfig asked =
        new SceneGraphConfig(
            positive("--graph-hidden", graphHidden, standard.hiddenSize()),
            positive("--graph-heads", graphHeads, standard.numAttentionHeads()),
            positive("--graph-intermediate", graphIntermediate, standard.intermediateSize()),
            messages,
            prompts,
            standard.layerNormEps(),
            messages > 0,
            prompts > 0,
            positive("--max-nodes", maxNodes, standard.maxNodes()));
    if (messages < 0 || prompts < 0) {
      throw LlavaSgException.user("a number of layers cannot be negative");
    }
    return asked.equals(standard) ? Optional.empty() : Optional.of(asked);
  }

  private static int positive(String option, Optional<Integer> value, int standard) {
    if (value.orElse(1) < 1) {
      throw LlavaSgException.user("%s has to be positive, not %d", option, value.get());
    }
    return value.orElse(standard);
  }

  private void print(Conversion.Result result, ModelDescription description) {
    PrintWriter stdout = spec.commandLine().getOut();
    if (format == Format.JSON) {
      ObjectNode json = description.json();
      json.put("new_parameters", result.newParameters());
      json.put("new_projector", result.newProjector());
      stdout.println(json);
      return;
    }
    stdout.println(description.text());
    stdout.println();
    stdout.println(
        result.newParameters() == 0
            ? "It was a LLaVA-SG already: nothing is new."
            : ModelDescription.grouped(result.newParameters())
                + " parameters are new, untrained"
                + (result.newProjector() ? ", the projector W_v among them." : "."));
  }
}
