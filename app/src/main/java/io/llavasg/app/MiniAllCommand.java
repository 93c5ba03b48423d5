package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.model.MiniatureBuild;
import io.llavasg.mini.perception.PerceptionStage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg mini all}: everything that ships, from nothing. */
@Command(
    name = "all",
    description =
        "Make the model that ships from nothing: perception, CLIP, LLaMA, stages and rounds.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg mini all --out runs/mini",
      "  llava-sg mini all --out runs/mini --resume",
      "  llava-sg ask --model runs/mini/shipped --image photo.png \"How many dogs are there?\""
    })
final class MiniAllCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private MiniOptions miniOptions = new MiniOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of all parts; the model is in DIR/shipped in the end.")
  private Path out = Path.of("");

  @Option(
      names = "--recipes",
      paramLabel = "DIR",
      description = "Folder of the stages' recipes. Default: ${DEFAULT-VALUE}.",
      defaultValue = "configs/mini")
  private Path recipes = Path.of("configs", "mini");

  @Override
  public Integer call() {
    try (TrainingProgress progress = new TrainingProgress(spec.commandLine().getErr())) {
      MiniatureBuild build =
          MiniatureBuild.shipped(
              out, Checkout.resolve(recipes), miniOptions.seed(), progress, progress::note);
      miniOptions.require(build.isBegun(), out, "a run");
      try (Interruption interruption = Interruption.of(build::requestStop)) {
        Optional<Map<PerceptionStage, Map<String, Double>>> made = build.make();
        if (made.isEmpty()) {
          return MiniOptions.stopped(progress);
        }
        report(build.shipped(), new MiniStageFigures(made.get()));
        return 0;
      }
    }
  }

  private void report(Path shipped, MiniStageFigures figures) {
    PrintWriter result = spec.commandLine().getOut();
    if (format.isJson()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("made", shipped.toString());
      json.set("perception", figures.json());
      result.println(json);
    } else {
      result.println(figures.table());
      result.println("The model is in " + shipped);
    }
  }
}
