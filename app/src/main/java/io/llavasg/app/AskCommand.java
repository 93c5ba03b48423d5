package io.llavasg.app;

import io.llavasg.LlavaSg;
import io.llavasg.file.WholeFile;
import io.llavasg.generate.Answer;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llava-sg ask}: one question about one image, or a file of them. */
@Command(
    name = "ask",
    description = "Ask a question about an image.",
    footer = {
      "",
      "Example: llava-sg ask --model llava-sg-7b --image dogs.jpg --entities dogs.json"
          + " \"How many dogs are there?\"",
      "Without --entities, the checkpoints in --perception DIR find them."
    })
final class AskCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private SceneOptions sceneOptions = new SceneOptions();
  @Mixin private GenerationOptions generationOptions = new GenerationOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source = new Source();

  private static final class Source {
    @Option(names = "--image", paramLabel = "F", description = "The image.")
    private @Nullable Path image;

    @Option(
        names = "--batch",
        paramLabel = "F.jsonl",
        description = "Questions, a JSON object a line: id, image, question and maybe entities.")
    private @Nullable Path batch;
  }

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Questions of a batch that are decoded together (default: 8).")
  private int batchSize = 8;

  @Option(
      names = "--trace",
      paramLabel = "F.safetensors",
      description = "Write the intermediate values to a file.")
  private @Nullable Path trace;

  @Parameters(arity = "0..1", paramLabel = "question", description = "What to ask.")
  private @Nullable String text;

  @Override
  public Integer call() {
    GenerationConfig generation = generationOptions.over(GenerationConfig.GREEDY);
    if (source.batch != null) {
      if (text != null || trace != null) {
        throw new ParameterException(
            spec.commandLine(), "--batch takes neither a question nor --trace");
      }
      if (sceneOptions.entities().isPresent()) {
        throw new ParameterException(
            spec.commandLine(),
            "--entities are those of one image; each line of a batch names its own: 'llava-sg"
                + " perceive --batch F.jsonl --out DIR' writes such lines, DIR/results.jsonl");
      }
      try (SceneSource scenes = new SceneSource(sceneOptions, modelOptions, err())) {
        return new BatchRun(new BatchFile(source.batch), scenes, generation, batchSize)
            .run(modelOptions, out(), err());
      }
    }
    if (text == null || source.image == null) {
      throw new ParameterException(spec.commandLine(), "Missing the question");
    }
    if (trace != null) {
      WholeFile.requireFolder(trace);
    }
    RgbImage image = ImageFile.read(source.image, Orientation.APPLY_EXIF);
    SceneSource.Seen seen = see(image, source.image);
    Question question = Question.about(image, text).with(seen.scene()).with(generation);
    answer(trace == null ? question : question.traced(), seen.perceptionMillis());
    return 0;
  }

  /** Perception's networks are gone before the model loads. */
  private SceneSource.Seen see(RgbImage image, Path file) {
    try (SceneSource scenes = new SceneSource(sceneOptions, modelOptions, err())) {
      return scenes.scene(image, file);
    }
  }

  private void answer(Question question, double perceptionMillis) {
    Stopwatch loading = Stopwatch.started();
    try (Waiting waiting = Waiting.on("reading the model and the question", err());
        LlavaSg model = modelOptions.load();
        AnswerLine line = new AnswerLine(out())) {
      final double loadMillis = loading.millis();
      Consumer<String> print =
          piece -> {
            waiting.close();
            line.print(piece);
          };
      Answer answer = model.ask(format.isJson() ? question : question.streamingTo(print));
      waiting.close();
      if (format.isJson()) {
        line.print(AnswerJson.of(answer, loadMillis, perceptionMillis).toString());
      }
      line.end();
      answer.warnings().forEach(warning -> err().println("llava-sg: " + warning));
      if (trace != null) {
        TraceFile.write(answer.trace().orElseThrow(), trace);
      }
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
