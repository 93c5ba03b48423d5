package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.mini.model.LanguageBuild.Part;
import io.llavasg.mini.model.MiniatureBuild;
import io.llavasg.mini.perception.PerceptionStage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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

  private static final int MOST_JOBS = 2;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private MiniOptions miniOptions = new MiniOptions();
  @Mixin private MiniRecipes recipes = new MiniRecipes();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of all parts; the model is in DIR/shipped in the end.")
  private Path out = Path.of("");

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "How many parts are trained at once: 1, or 2 (CLIP and perception in processes beside"
              + " the rest; their output is in DIR/logs). Default: 2 if there are two cores.")
  private int jobs = Math.min(MOST_JOBS, Runtime.getRuntime().availableProcessors());

  @Override
  public Integer call() {
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw LlavaSgException.user("--jobs is %d, but has to be 1 or %d", jobs, MOST_JOBS);
    }
    try (TrainingProgress progress = new TrainingProgress(spec.commandLine().getErr())) {
      MiniatureBuild build =
          MiniatureBuild.shipped(
              out, recipes.folder(), miniOptions.seed(), progress, progress::note);
      miniOptions.require(build.isBegun(), out, "a run");
      try (Interruption interruption = Interruption.of(build::requestStop)) {
        if (jobs > 1) {
          int code = makeBeside(build, progress);
          if (code != 0) {
            return code;
          }
        }
        Optional<Map<PerceptionStage, Map<String, Double>>> made = build.make();
        if (made.isEmpty()) {
          return MiniOptions.stopped(progress);
        }
        report(build.shipped(), new MiniStageFigures(made.get()));
        return 0;
      }
    }
  }

  /** Makes all parts, two at once; 0, or the exit code of what did not come to its end. */
  private int makeBeside(MiniatureBuild build, TrainingProgress progress) {
    if (!build.makeLanguage(List.of(Part.TOKENIZER))) {
      return MiniOptions.stopped(progress);
    }
    int failure;
    try (MiniBeside beside =
        new MiniBeside(out, miniOptions.seed(), progress::note, build::requestStop)) {
      if (build.makeLanguage(List.of(Part.LLAMA))
          && beside.clip() == 0
          && build.makeLanguage(List.of(Part.values()))
          && beside.perception() == 0) {
        return 0;
      }
      failure = beside.failure();
    }
    return failure == 0 ? MiniOptions.stopped(progress) : failure;
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
