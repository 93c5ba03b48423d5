package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llavasg.checkpoint.NewDirectory;
import io.llavasg.eval.SampleFiles;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.ItemSet;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg samples}: training data out of a benchmark. */
@Command(
    name = "samples",
    description = "Make training data of a benchmark's part: samples.json, images, entities.",
    footer = {
      "",
      "Example: llava-sg samples --task nlvr --data nlvr --split test --out runs/mini/nlvr/data",
      "Then: llava-sg train --config configs/mini/nlvr/llava-sg.yaml"
    })
final class SamplesCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private TaskOptions taskOptions = new TaskOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to write; not there yet, or empty.")
  private Path out = Path.of("");

  @Override
  public void run() {
    taskOptions.require();
    NewDirectory.requireFree(out);
    PrintWriter err = spec.commandLine().getErr();
    try (ItemSet set = taskOptions.read(taskOptions.problems(err));
        Progress progress = new Progress("samples", err)) {
      List<EvalItem> items = taskOptions.items(set);
      SampleFiles.write(out, items, done -> progress.update(done, items.size()));
      PrintWriter result = spec.commandLine().getOut();
      if (format.isJson()) {
        result.println(
            JsonNodeFactory.instance
                .objectNode()
                .put("made", out.toString())
                .put("samples", items.size()));
      } else {
        result.printf("%d samples are in %s%n", items.size(), out.resolve("samples.json"));
      }
    }
  }
}
