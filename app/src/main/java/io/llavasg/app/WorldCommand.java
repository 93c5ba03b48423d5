package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.files.WorldWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg world}: drawn scenes with all that is true of them, to train on or to test. */
@Command(
    name = "world",
    description =
        "Draw scenes of the miniature world: training data in LLaVA's format, or test sets in the"
            + " benchmarks' own.",
    footer = {
      "",
      "Examples: llava-sg world --out world/train --scenes 20000 --seed 1",
      "  llava-sg world --out world/test --scenes 1000 --seed 1 --split test"
    })
final class WorldCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "A folder, new or empty.")
  private Path out = Path.of("");

  @Option(
      names = "--scenes",
      paramLabel = "N",
      required = true,
      description = "How many scenes to draw.")
  private int scenes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed, the same files (default: 0).")
  private long seed;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "train or test: no test scene has a composition of training (default: train).")
  private Split split = Split.TRAIN;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description = "Of a picture's sides (default: ${DEFAULT-VALUE}).",
      defaultValue = "" + SceneRenderer.SIZE)
  private int size = SceneRenderer.SIZE;

  @Mixin private OutputFormat format = new OutputFormat();

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    try (Progress progress = new Progress("drawing", err)) {
      new WorldWriter(out, size).write(split, seed, scenes, progress::update);
    }
    PrintWriter result = spec.commandLine().getOut();
    String name = split.name().toLowerCase(Locale.ROOT);
    if (format.isJson()) {
      ObjectNode json = AnswerJson.JSON.createObjectNode().put("scenes", scenes);
      result.println(json.put("split", name).put("made", out.toString()));
    } else {
      result.printf("%d scenes of the %s split in '%s'%n", scenes, name, out);
    }
    return 0;
  }
}
