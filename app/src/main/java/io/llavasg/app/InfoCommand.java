package io.llavasg.app;

import io.llavasg.model.ModelInfo;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llava-sg info DIR}: what a checkpoint holds, without loading it. */
@Command(
    name = "info",
    description = "Tell a checkpoint's layout, parameters by part, and memory needed per dtype.",
    footerHeading = "%nExample:%n",
    footer = "  llava-sg info models/llava-1.5-7b-hf")
final class InfoCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "DIR",
      description = "A LLaVA-SG, a LLaVA-1.5 in any layout, a LLaMA or a CLIP.")
  private Path directory = Path.of("");

  @Option(
      names = "--vision",
      paramLabel = "DIR",
      description = "The vision tower, where an original LLaVA's is not beside it.")
  private Optional<Path> vision = Optional.empty();

  @Mixin private OutputFormat format = new OutputFormat();

  @Override
  public void run() {
    ModelDescription description = new ModelDescription(ModelInfo.read(directory, vision));
    String result = format.isJson() ? description.json().toString() : description.text();
    spec.commandLine().getOut().println(result);
  }
}
