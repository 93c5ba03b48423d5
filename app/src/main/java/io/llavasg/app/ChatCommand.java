package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSg;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg chat}: several turns about one image, a question a line on standard input. */
@Command(
    name = "chat",
    description = "Talk about an image, a question a line; an empty line or end of input ends it.",
    footer = {
      "",
      "Example: llava-sg chat --model llava-sg-7b --image dogs.jpg --entities dogs.json"
    })
final class ChatCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private SceneOptions sceneOptions = new SceneOptions();
  @Mixin private GenerationOptions generationOptions = new GenerationOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(names = "--image", required = true, paramLabel = "F", description = "The image.")
  private Path image = Path.of("");

  @Override
  public Integer call() {
    RgbImage pixels = ImageFile.read(image, Orientation.APPLY_EXIF);
    GenerationConfig generation = generationOptions.over(GenerationConfig.CHAT);
    SceneSource.Seen seen = see(pixels);
    Question settings = Question.about(pixels, "").with(seen.scene()).with(generation);
    Stopwatch loading = Stopwatch.started();
    try (LlavaSg model = modelOptions.load(err())) {
      ArrayNode turns = AnswerJson.JSON.createArrayNode();
      Before before = new Before(loading.millis(), seen.perceptionMillis());
      int code = converse(model, settings, turns, before);
      if (format.isJson()) {
        ObjectNode json = AnswerJson.JSON.createObjectNode();
        json.set("turns", turns);
        out().println(json);
      }
      return code;
    }
  }

  /** Perception's networks are gone before the model loads. */
  private SceneSource.Seen see(RgbImage pixels) {
    try (SceneSource scenes = new SceneSource(sceneOptions, modelOptions, err())) {
      return scenes.scene(pixels, image);
    }
  }

  /** What took its time before the first answer, in milliseconds. */
  record Before(double load, double perception) {}

  private int converse(LlavaSg model, Question settings, ArrayNode turns, Before before) {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, inputCharset()));
    try (var conversation = new Conversation(model, settings, format, out(), err())) {
      for (Optional<String> next = question(input); next.isPresent(); next = question(input)) {
        turns.add(conversation.turn(next.get(), before));
      }
      return conversation.failed() == 0 ? 0 : Failure.BAD_USE;
    }
  }

  /** The next question, with a prompt on a terminal; empty at the end of the conversation. */
  private Optional<String> question(BufferedReader input) {
    if (Terminal.console().isPresent()) {
      err().print("> ");
      err().flush();
    }
    try {
      @Nullable String line = input.readLine();
      return Optional.ofNullable(line).filter(text -> !text.isBlank());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Charset inputCharset() {
    return Terminal.console().map(Console::charset).orElse(StandardCharsets.UTF_8);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
