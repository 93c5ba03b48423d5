package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.mini.perception.PerceptionBuild;
import io.llavasg.mini.perception.PerceptionStage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg mini perception}: the miniature's tagger, detector and segmenter. */
@Command(
    name = "perception",
    description = "Train the miniature's tagger, detector and segmenter on drawn scenes.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg mini perception --out runs/perception",
      "  llava-sg mini perception --out runs/perception --resume",
      "  llava-sg mini perception --out runs/perception --stage segmenter --steps 500"
    })
final class MiniPerceptionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
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

  @Option(names = "--seed", paramLabel = "S", description = "Of everything random. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Another length of the training than the stage's own.")
  private Optional<Integer> steps = Optional.empty();

  @Option(names = "--resume", description = "Go on with what is there already.")
  private boolean resume;

  @Override
  public Integer call() {
    List<PerceptionStage> stages = stage.map(List::of).orElse(List.of(PerceptionStage.values()));
    Map<PerceptionStage, Map<String, Double>> figures = new LinkedHashMap<>();
    try (TrainingProgress progress = new TrainingProgress(spec.commandLine().getErr())) {
      PerceptionBuild build = new PerceptionBuild(out, seed, progress, progress::note);
      for (PerceptionStage one : stages) {
        if (!resume && build.isBegun(one)) {
          throw LlavaSgException.user(
              "'%s' has a %s already, or a part of its training: go on with it (--resume), or name"
                  + " another folder (--out)",
              out, one);
        }
      }
      try (Interruption interruption = Interruption.of(build::requestStop)) {
        for (PerceptionStage one : stages) {
          Optional<Map<String, Double>> made = build.make(one, steps.orElse(one.steps()));
          if (made.isEmpty()) {
            progress.note("stopped and saved; go on with --resume");
            return Failure.FAILED;
          }
          figures.put(one, made.get());
        }
      }
    }
    report(figures);
    return 0;
  }

  private void report(Map<PerceptionStage, Map<String, Double>> figures) {
    if (format.isJson()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      figures.forEach((one, own) -> own.forEach(json.putObject(one.toString())::put));
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
  }
}
