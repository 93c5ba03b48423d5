package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.mini.model.MiniatureBuild;
import io.llavasg.mini.perception.PerceptionStage;
import java.nio.file.Path;
import java.util.Locale;
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
    description = "Make the model that ships from nothing: perception, CLIP, LLaMA, three stages.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg mini all --out runs/mini",
      "  llava-sg mini all --out runs/mini --resume",
      "  llava-sg ask --model runs/mini/shipped --image photo.png \"How many dogs are there?\""
    })
final class MiniAllCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of all parts; the model is in DIR/shipped in the end.")
  private Path out = Path.of("");

  @Option(names = "--seed", paramLabel = "S", description = "Of everything random. Default: 1.")
  private long seed = 1;

  @Option(names = "--resume", description = "Go on with what is there already.")
  private boolean resume;

  @Option(
      names = "--recipes",
      paramLabel = "DIR",
      description = "Folder of the stages' recipes. Default: ${DEFAULT-VALUE}.",
      defaultValue = "configs/mini")
  private Path recipes = Path.of("configs", "mini");

  @Override
  public Integer call() {
    try (TrainingProgress progress = new TrainingProgress(spec.commandLine().getErr())) {
      MiniatureBuild build = new MiniatureBuild(out, recipes, seed, progress, progress::note);
      if (!resume && build.isBegun()) {
        throw LlavaSgException.user(
            "'%s' holds a run already: go on with it (--resume), or name another folder (--out)",
            out);
      }
      try (Interruption interruption = Interruption.of(build::requestStop)) {
        Optional<Map<PerceptionStage, Map<String, Double>>> made = build.make();
        if (made.isEmpty()) {
          progress.note("stopped and saved; go on with --resume");
          return Failure.FAILED;
        }
        report(build.shipped(), made.get());
        return 0;
      }
    }
  }

  private void report(Path shipped, Map<PerceptionStage, Map<String, Double>> figures) {
    if (format.isJson()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("made", shipped.toString());
      ObjectNode perception = json.putObject("perception");
      figures.forEach((one, own) -> own.forEach(perception.putObject(one.toString())::put));
      spec.commandLine().getOut().println(json);
      return;
    }
    Table table = new Table().row("on held-out scenes", "");
    figures.forEach(
        (one, own) ->
            own.forEach(
                (name, value) ->
                    table.row(one + ", " + name, String.format(Locale.ROOT, "%.3f", value))));
    spec.commandLine().getOut().println(table);
    spec.commandLine().getOut().println("The model is in " + shipped);
  }
}
