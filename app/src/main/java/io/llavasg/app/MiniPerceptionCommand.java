package io.llavasg.app;

import io.llavasg.mini.perception.PerceptionBuild;
import io.llavasg.mini.perception.PerceptionStage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg mini perception}: the miniature's perception. */
@Command(
    name = "perception",
    description =
        "Train the miniature's perception on drawn scenes: backbone, tagger, detector, segmenter.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg mini perception --out runs/perception",
      "  llava-sg mini perception --out runs/perception --resume",
      "  llava-sg mini perception --out runs/perception --stage segmenter --steps 500"
    })
final class MiniPerceptionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private MiniOptions miniOptions = new MiniOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "What --perception shall take; a folder for each stage.")
  private Path out = Path.of("");

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "One of them alone: ${COMPLETION-CANDIDATES}.")
  private Optional<PerceptionStage> stage = Optional.empty();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Another length of the training than the stage's own.")
  private Optional<Integer> steps = Optional.empty();

  @Override
  public Integer call() {
    List<PerceptionStage> stages = stage.map(List::of).orElse(List.of(PerceptionStage.values()));
    Map<PerceptionStage, Map<String, Double>> figures = new LinkedHashMap<>();
    try (TrainingProgress progress = new TrainingProgress(spec.commandLine().getErr())) {
      PerceptionBuild build =
          new PerceptionBuild(out, miniOptions.seed(), progress, progress::note);
      for (PerceptionStage one : stages) {
        miniOptions.require(
            build.isBegun(one), out, "a %s, or a part of its training,".formatted(one));
      }
      try (Interruption interruption = Interruption.of(build::requestStop)) {
        for (PerceptionStage one : stages) {
          Optional<Map<String, Double>> made = build.make(one, steps.orElse(one.steps()));
          if (made.isEmpty()) {
            return MiniOptions.stopped(progress);
          }
          figures.put(one, made.get());
        }
      }
    }
    report(new MiniStageFigures(figures));
    return 0;
  }

  private void report(MiniStageFigures figures) {
    PrintWriter result = spec.commandLine().getOut();
    result.println(format.isJson() ? figures.json() : figures.table());
  }
}
