package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSg;
import io.llavasg.LlavaSgException;
import io.llavasg.file.WholeFile;
import io.llavasg.generate.Answer;
import io.llavasg.generate.Depiction;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.generate.Scene;
import io.llavasg.graph.SceneGraph;
import io.llavasg.graph.SceneGraphDot;
import io.llavasg.graph.SceneGraphJson;
import io.llavasg.graph.draw.Caption;
import io.llavasg.graph.draw.ComparisonPainter;
import io.llavasg.graph.draw.SceneGraphPainter;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.model.ModelFiles;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llava-sg graph}: the scene graph of an image, as a picture, as data or as text. */
@Command(
    name = "graph",
    description = "Show the scene graph that the model makes of an image and a question.",
    footer = {
      "",
      "Example: llava-sg graph --model llava-sg-7b --image dogs.jpg --entities dogs.json -o g.png"
          + " \"How many dogs are there?\""
    })
final class GraphCommand implements Runnable {
  /** Edges that the text and the DOT file show. */
  private static final int EDGES_PER_NODE = 2;

  private static final int MOST_EDGES = 24;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private SceneOptions sceneOptions = new SceneOptions();
  @Mixin private GenerationOptions generationOptions = new GenerationOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(names = "--image", required = true, paramLabel = "F", description = "The image.")
  private Path image = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "F",
      description = "A .png, .svg, .json or .dot file (default: text on stdout).")
  private @Nullable Path output;

  @Option(
      names = "--compare",
      description = "Draw the answers with and without the scene graph side by side.")
  private boolean compare;

  @Option(
      names = "--baseline",
      paramLabel = "DIR",
      description = "Compare with this checkpoint (default: the same one, without its graph).")
  private @Nullable Path baseline;

  @Parameters(arity = "0..1", paramLabel = "question", description = "What activates the graph.")
  private @Nullable String text;

  /** What the model saw, and said if it was asked. */
  private record Shown(RgbImage image, Depiction depiction, Caption caption) {}

  @Override
  public void run() {
    String kind = outputKind();
    requireFittingOptions(kind);
    RgbImage pixels = ImageFile.read(image, Orientation.APPLY_EXIF);
    GenerationConfig generation = generationOptions.over(GenerationConfig.GREEDY);
    Question question =
        Question.about(pixels, text == null ? "" : text).with(see(pixels)).with(generation);
    try (LlavaSg model = modelOptions.load(err())) {
      if (compare) {
        drawComparison(model, question);
      } else {
        show(look(model, question), kind);
      }
    }
  }

  private void requireFittingOptions(String kind) {
    if (sceneOptions.noSceneGraph()) {
      throw wrong("graph shows the scene graph that --no-scene-graph leaves out");
    }
    if (compare && text == null) {
      throw wrong("--compare needs a question");
    }
    if (compare && !kind.equals("png") && !kind.equals("svg")) {
      throw wrong("--compare needs -o F.png or -o F.svg");
    }
    if (baseline != null) {
      if (!compare) {
        throw wrong("--baseline goes with --compare");
      }
      ModelFiles.read(baseline, modelOptions.vision()); // before the first model answers
    }
    if (output != null) {
      WholeFile.requireFolder(output);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Depiction depict(LlavaSg model, Question question) {
    try (var waiting = Waiting.on("reading the image", err())) {
      return model.depict(question);
    }
  }

  private Answer ask(LlavaSg model, Question question) {
    try (var waiting = Waiting.on("asking the question", err())) {
      return model.ask(question);
    }
  }

  /** Perception's networks are gone before the model loads. */
  private Scene see(RgbImage pixels) {
    try (SceneSource scenes = new SceneSource(sceneOptions, modelOptions, err())) {
      return scenes.scene(pixels, image).scene();
    }
  }

  private String outputKind() {
    if (output == null) {
      return "text";
    }
    String name = output.toString().toLowerCase(Locale.ROOT);
    for (String kind : new String[] {"png", "svg", "json", "dot"}) {
      if (name.endsWith("." + kind)) {
        return kind;
      }
    }
    throw wrong("-o takes a .png, .svg, .json or .dot file, not '" + output + "'");
  }

  private Shown look(LlavaSg model, Question question) {
    if (text == null) {
      return warned(new Shown(question.image(), depict(model, question), Caption.none()));
    }
    Answer answer = ask(model, question);
    SceneGraph graph = graph(answer);
    return warned(
        new Shown(
            question.image(),
            new Depiction(graph, answer.nodes(), answer.warnings()),
            new Caption(text, answer.text())));
  }

  private static SceneGraph graph(Answer answer) {
    return answer
        .sceneGraph()
        .orElseThrow(() -> LlavaSgException.user("this model has no scene graph to show"));
  }

  private Shown warned(Shown shown) {
    shown.depiction().warnings().forEach(warning -> err().println("llava-sg: " + warning));
    return shown;
  }

  private void show(Shown shown, String kind) {
    SceneGraph graph = shown.depiction().graph();
    if (output != null) {
      switch (kind) {
        case "json" -> write(output, json(shown).toPrettyString() + "\n");
        case "dot" -> write(output, SceneGraphDot.toDot(graph, strongest(graph)));
        default ->
            Picture.write(
                SceneGraphPainter.figure(
                    shown.image().toBufferedImage(),
                    shown.depiction().nodes(),
                    graph,
                    shown.caption()),
                output,
                err());
      }
    }
    if (format.isJson()) {
      out().println(json(shown));
    } else if (output == null) {
      print(shown);
    }
  }

  private void drawComparison(LlavaSg model, Question question) {
    Answer with = ask(model, question);
    graph(with);
    with.warnings().forEach(warning -> err().println("llava-sg: " + warning));
    Answer without = plain(model, question.withoutSceneGraph());
    Picture.write(
        ComparisonPainter.figure(
            question.image().toBufferedImage(),
            with.nodes(),
            String.valueOf(text),
            List.of(
                new io.llavasg.graph.draw.Answer(
                    baseline == null ? "LLaVA-SG without its graph" : "LLaVA", without.text()),
                new io.llavasg.graph.draw.Answer("LLaVA-SG", with.text()))),
        Objects.requireNonNull(output),
        err());
    if (format.isJson()) {
      ObjectNode json = AnswerJson.JSON.createObjectNode();
      json.put("without_scene_graph", without.text());
      json.put("with_scene_graph", with.text());
      out().println(json);
    }
  }

  private Answer plain(LlavaSg model, Question question) {
    if (baseline == null) {
      return ask(model, question);
    }
    try (LlavaSg other = modelOptions.load(baseline, err())) {
      return ask(other, question);
    }
  }

  private static ObjectNode json(Shown shown) {
    ObjectNode json = SceneGraphJson.toJson(shown.depiction().graph());
    json.put("question", shown.caption().question());
    json.put("answer", shown.caption().answer());
    return json;
  }

  private static List<SceneGraph.Edge> strongest(SceneGraph graph) {
    return graph.strongestEdges(EDGES_PER_NODE, MOST_EDGES);
  }

  private void print(Shown shown) {
    SceneGraph graph = shown.depiction().graph();
    for (int i = 0; i < graph.nodes().size(); i++) {
      SceneGraph.Node node = graph.nodes().get(i);
      out().printf("%2d  %-24s %.2f  %d pixels%n", i, node.label(), node.score(), node.area());
    }
    for (SceneGraph.Edge edge : strongest(graph)) {
      out()
          .printf(
              "%s -> %s  %.3f%n",
              graph.nodes().get(edge.from()).label(),
              graph.nodes().get(edge.to()).label(),
              edge.weight());
    }
    if (text != null) {
      out().println(shown.caption().answer());
    }
  }

  private void write(Path file, String content) {
    WholeFile.write(file, content.getBytes(StandardCharsets.UTF_8));
    err().println("llava-sg: wrote " + file);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
