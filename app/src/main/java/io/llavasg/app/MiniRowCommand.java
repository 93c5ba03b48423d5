package io.llavasg.app;

import io.llavasg.mini.model.GraphRow;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg mini row}: a model with parts of its scene graph module switched off. */
@Command(
    name = "row",
    description = "Copy a model with parts of its module switched off: a row of Table II.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg mini row --model runs/mini/stage1/model --row sg_mp --out runs/rows/sg-mp"
    })
final class MiniRowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A LLaVA-SG.")
  private Path model = Path.of("");

  @Option(
      names = "--row",
      required = true,
      paramLabel = "ROW",
      description = "What is on: ${COMPLETION-CANDIDATES}.")
  private GraphRow row = GraphRow.SG;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "The copy.")
  private Path out = Path.of("");

  @Mixin private OutputFormat format = new OutputFormat();

  @Override
  public Integer call() {
    row.write(model, out);
    spec.commandLine()
        .getOut()
        .println(
            format.isJson()
                ? AnswerJson.JSON.createObjectNode().put("made", out.toString())
                : "The model is in " + out);
    return 0;
  }
}
