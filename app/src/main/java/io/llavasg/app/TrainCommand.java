package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.train.Trainer;
import io.llavasg.train.recipe.MemoryEstimate;
import io.llavasg.train.recipe.RecipeFile;
import io.llavasg.train.recipe.RecipeInputs;
import io.llavasg.train.recipe.RecipeRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llava-sg train}: a recipe, run, gone on with, or tried without training. */
@Command(
    name = "train",
    description = "Train a LLaVA-SG by a recipe.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg train --list",
      "  llava-sg train --config configs/stage1.yaml --dry-run",
      "  llava-sg train --config configs/stage1.yaml --set micro_batch=8",
      "  llava-sg train --config configs/stage1.yaml --resume"
    })
final class TrainCommand implements Callable<Integer> {
  /** What a dry run may take for the samples. */
  private static final Duration MINUTE = Duration.ofSeconds(50);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private OutputFormat format = new OutputFormat();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source = new Source();

  private static final class Source {
    @Option(names = "--config", paramLabel = "F.yaml", description = "The recipe.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--list", description = "Show the recipes in the folder configs.")
    private boolean list;
  }

  @ArgGroup(exclusive = true)
  private Mode mode = new Mode();

  private static final class Mode {
    @Option(names = "--resume", description = "Go on from the last checkpoint.")
    private boolean resume;

    @Option(
        names = "--dry-run",
        description = "Check files, samples and memory without training: about a minute.")
    private boolean dryRun;
  }

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Another value for a key of the recipe, or data.0.file=… for one below.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--out", paramLabel = "DIR", description = "Short for --set out=DIR.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--all-samples",
      description = "A dry run checks every sample, however long it takes.")
  private boolean allSamples;

  @Option(
      names = "--memory",
      paramLabel = "GB",
      description = "Memory of the device that is to train, where that is another one.")
  private Optional<Double> memory = Optional.empty();

  @Option(names = "--ignore-memory", description = "Train even where memory seems too small.")
  private boolean ignoreMemory;

  @Override
  public Integer call() {
    if (source.list) {
      new RecipeList(Checkout.resolve(Path.of("configs"))).print(out(), format);
      return 0;
    }
    RecipeFile file = RecipeFile.read(Checkout.resolve(source.config.orElseThrow()), overrides());
    try (RecipeInputs inputs = opened(file)) {
      if (mode.dryRun) {
        return new DryRun(file, inputs, needed(inputs), available(inputs))
            .run(allSamples ? Duration.ofDays(365) : MINUTE, out(), err(), format);
      }
      return train(file, inputs);
    }
  }

  private List<String> overrides() {
    List<String> all = new ArrayList<>(settings);
    out.ifPresent(path -> all.add("out=" + JsonNodeFactory.instance.textNode(path.toString())));
    for (String setting : all) {
      if (setting.indexOf('=') < 1) {
        throw new ParameterException(spec.commandLine(), "--set takes KEY=VALUE, not " + setting);
      }
    }
    return all;
  }

  private RecipeInputs opened(RecipeFile file) {
    try (Waiting waiting = Waiting.on("reading the data files", err())) {
      return RecipeInputs.open(file.recipe(), line -> err().println("llava-sg: " + line));
    }
  }

  private MemoryEstimate needed(RecipeInputs inputs) {
    return memory.isPresent() ? inputs.memoryElsewhere() : inputs.memory();
  }

  private OptionalLong available(RecipeInputs inputs) {
    return memory
        .map(gigabytes -> OptionalLong.of((long) (gigabytes * 1e9)))
        .orElseGet(inputs::deviceMemory);
  }

  private int train(RecipeFile file, RecipeInputs inputs) {
    MemoryEstimate estimate = needed(inputs);
    OptionalLong present = available(inputs);
    if (present.isPresent() && !ignoreMemory) {
      estimate.require(present.getAsLong());
    }
    RecipeRun.Start start = mode.resume ? RecipeRun.Start.RESUMED : RecipeRun.Start.ANEW;
    try (TrainingProgress progress = new TrainingProgress(err());
        RecipeRun run = RecipeRun.open(inputs, start, progress::note)) {
      RecipeTable.of(file).forEach(line -> err().println(line));
      Table parts = new Table().row("trained", "tensors", "parameters");
      run.trained()
          .forEach(
              part ->
                  parts.row(
                      part.name(),
                      Integer.toString(part.tensors()),
                      ModelDescription.grouped(part.elements())));
      err().println(parts);
      progress.note(
          "%d steps of %d samples; %d are done; about %.1f GB of memory"
              .formatted(
                  inputs.settings().steps(),
                  file.recipe().course().batch(),
                  run.steps(),
                  estimate.bytes() / 1e9));
      return finish(run, run(run, progress), progress);
    }
  }

  /** Trains; Ctrl-C ends it after the step that is being done, and saves. */
  private static Trainer.End run(RecipeRun run, TrainingProgress progress) {
    try (Interruption interruption = Interruption.of(run::requestStop)) {
      return run.train(progress);
    }
  }

  private int finish(RecipeRun run, Trainer.End end, TrainingProgress progress) {
    run.omissions().forEach(omission -> progress.note(omission.toString()));
    if (end != Trainer.End.FINISHED) {
      progress.note("stopped after step %d and saved; go on with --resume".formatted(run.steps()));
      return Failure.FAILED;
    }
    try (Progress writing = new Progress("writing", err())) {
      run.export(writing::update);
    }
    if (format.isJson()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("steps", run.steps()).put("skipped_samples", run.skipped());
      json.put("model", run.model().toString());
      out().println(json);
    } else {
      out().println("The model is in " + run.model());
    }
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
