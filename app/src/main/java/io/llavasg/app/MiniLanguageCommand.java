package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llavasg.mini.model.LanguageBuild;
import io.llavasg.mini.model.LanguageBuild.Part;
import io.llavasg.mini.model.MiniatureShape;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg mini language}: the miniature's vision-language model, part after part. */
@Command(
    name = "language",
    description =
        "Pretrain the miniature's CLIP and LLaMA, join and align them, train three stages and"
            + " three rounds more.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg mini language --out runs/mini",
      "  llava-sg mini language --out runs/mini --resume",
      "  llava-sg mini language --out runs/mini --only stage3"
    })
final class MiniLanguageCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private MiniOptions miniOptions = new MiniOptions();
  @Mixin private MiniRecipes recipes = new MiniRecipes();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of all parts; the model is in DIR/model in the end.")
  private Path out = Path.of("");

  @Option(
      names = "--only",
      paramLabel = "PART",
      description = "One part alone: ${COMPLETION-CANDIDATES}.")
  private Optional<Part> only = Optional.empty();

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    try (TrainingProgress progress = new TrainingProgress(err)) {
      LanguageBuild build =
          new LanguageBuild(
              new LanguageBuild.Settings(
                  MiniatureShape.SHIPPED, out, recipes.folder(), miniOptions.seed()),
              progress,
              progress::note);
      List<Part> parts = only.map(List::of).orElse(List.of(Part.values()));
      miniOptions.require(build.isBegun(parts), out, "a run");
      try (Interruption interruption = Interruption.of(build::requestStop)) {
        if (!build.make(parts)) {
          return MiniOptions.stopped(progress);
        }
      }
      report(build, parts);
      return 0;
    }
  }

  private void report(LanguageBuild build, List<Part> parts) {
    PrintWriter result = spec.commandLine().getOut();
    Path made = parts.contains(Part.LAST) ? build.model() : build.folder(parts.getLast());
    if (format.isJson()) {
      result.println(JsonNodeFactory.instance.objectNode().put("made", made.toString()));
    } else {
      result.println("The result is in " + made);
    }
  }
}
