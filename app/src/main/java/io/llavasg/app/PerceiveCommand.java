package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.file.WholeFile;
import io.llavasg.graph.SceneGraph;
import io.llavasg.graph.draw.Caption;
import io.llavasg.graph.draw.SceneGraphPainter;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.PerceivedJson;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.cache.CachedPerception;
import io.llavasg.perception.cache.PerceptionCache;
import io.llavasg.perception.load.PerceptionFiles;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code llava-sg perceive}: tags, boxes and masks of one image, or of a file of them. */
@Command(
    name = "perceive",
    description = "Find the entities of an image: tags, boxes and masks.",
    footer = {
      "",
      "Examples: llava-sg perceive --image dogs.jpg --perception models/perception -o dogs.json",
      "  llava-sg perceive --image dogs.jpg --perception models/perception -o dogs.png",
      "  llava-sg perceive --batch images.jsonl --perception models/perception --out masks"
          + " --shard 0/4",
      "  llava-sg perceive --image dogs.jpg --stage detector --detector groundingdino_swint_ogc.pth"
          + " --tags dog,ball"
    })
final class PerceiveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private PerceptionOptions options = new PerceptionOptions();
  @Mixin private ComputeOptions compute = new ComputeOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Source source = new Source();

  private static final class Source {
    @Option(names = "--image", paramLabel = "F", description = "The image.")
    private @Nullable Path image;

    @Option(
        names = "--batch",
        paramLabel = "F.jsonl",
        description = "Images, a JSON object a line: image, and maybe id.")
    private @Nullable Path batch;
  }

  @Option(
      names = "--perception",
      paramLabel = "DIR",
      description =
          "A directory with the checkpoints of all three stages (default:"
              + " models/miniature/perception of the checkout, which knows drawn scenes alone).")
  private @Nullable Path directory;

  @Option(
      names = "--stage",
      paramLabel = "S",
      description = "tagger, detector or segmenter: this one alone.")
  private StageRun.@Nullable Kind stage;

  @Option(
      names = "--boxes",
      paramLabel = "F.json",
      description = "What the segmenter alone is to segment: [[x0, y0, x1, y1], ...] in pixels.")
  private @Nullable Path boxes;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "F",
      description =
          "A .json, .png or .svg file, of one stage alone .json (default: text on stdout).")
  private @Nullable Path output;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The cache that a batch fills; what it has already is skipped.")
  private @Nullable Path out;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Keep what is found here, and look here first.")
  private @Nullable Path cache;

  @Option(
      names = "--shard",
      paramLabel = "i/n",
      description = "Every n-th line of the batch, from line i on: 0/4, 1/4, 2/4, 3/4.")
  private @Nullable String shard;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images of a batch that are looked at together (default: 8).")
  private int batchSize = 8;

  @Option(
      names = "--ignore-exif",
      description = "Read images as they are stored, as readers of data sets do.")
  private boolean ignoreExif;

  @Override
  public Integer call() {
    requireFittingOptions();
    compute.apply();
    Orientation orientation = ignoreExif ? Orientation.IGNORE_EXIF : Orientation.APPLY_EXIF;
    PerceptionConfig config = options.config(orientation);
    PerceptionFiles files = files();
    if (stage != null) {
      RgbImage image = ImageFile.read(image(), orientation);
      StageRun run = new StageRun(stage, image, String.valueOf(image().getFileName()));
      try (PerceptionPipeline pipeline = options.loader(files, config, compute).pipeline()) {
        files.require(stage.checkpoint());
        print(result(run, pipeline));
      }
      return 0;
    }
    files.requireFor(config);
    try (PerceptionPipeline pipeline = options.loader(files, config, compute).pipeline()) {
      if (source.batch != null && out != null) {
        return batch(
            new PerceiveBatch(new BatchFile(source.batch), out, parsedShard(), batchSize),
            pipeline);
      }
      show(perceive(pipeline), orientation);
      return 0;
    }
  }

  /** The checkpoints that were named; without any, the built-in model's. */
  private PerceptionFiles files() {
    boolean named = directory != null || options.namesCheckpoints();
    return options.files(
        named ? Optional.ofNullable(directory) : Optional.of(BuiltInModel.perception()));
  }

  private void requireFittingOptions() {
    boolean batch = source.batch != null;
    if (batch && out == null) {
      throw wrong("--batch needs --out DIR, the cache that it fills");
    }
    if (batch && (stage != null || output != null || cache != null)) {
      throw wrong("--batch takes neither --stage nor -o nor --cache; its results go to --out DIR");
    }
    if (!batch && (out != null || shard != null)) {
      throw wrong("--out and --shard go with --batch; for one image use -o F");
    }
    if (boxes != null && stage != StageRun.Kind.SEGMENTER) {
      throw wrong("--boxes goes with --stage segmenter");
    }
    if (stage == StageRun.Kind.SEGMENTER && boxes == null) {
      throw wrong("--stage segmenter needs --boxes F.json");
    }
    if (stage == StageRun.Kind.DETECTOR && !options.hasTags()) {
      throw wrong("--stage detector needs --tags a,b");
    }
    if (output != null) {
      requireFitting(output);
    }
  }

  private void requireFitting(Path file) {
    Optional<String> kind = kind(file);
    if (kind.isEmpty()) {
      throw wrong("-o takes a .json, .png or .svg file, not '" + file + "'");
    }
    if (stage != null && !kind.get().equals("json")) {
      throw wrong("-o takes a .json file of one stage alone, not '" + file + "'");
    }
    WholeFile.requireFolder(file);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Path image() {
    if (source.image == null) {
      throw wrong("--stage needs --image F");
    }
    return source.image;
  }

  private Shard parsedShard() {
    return shard == null ? Shard.ALL : Shard.parse(shard);
  }

  /** How a file's name ends, if it may be written to. */
  private static Optional<String> kind(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    for (String kind : new String[] {"json", "png", "svg"}) {
      if (name.endsWith("." + kind)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private int batch(PerceiveBatch batch, PerceptionPipeline pipeline) {
    PerceiveBatch.Summary done = batch.run(pipeline, err());
    if (format.isJson()) {
      ObjectNode json = AnswerJson.JSON.createObjectNode();
      json.put("images", done.images()).put("perceived", done.perceived());
      json.put("cached", done.cached()).put("failed", done.failed());
      json.put("seconds", Math.round(done.seconds() * 100) / 100.0);
      json.put("results", done.results().toString());
      json.put("configuration", pipeline.fingerprint().digest());
      out().println(json);
    } else {
      out()
          .printf(
              "%d images: %d perceived, %d from the cache, %d failed; see %s%n",
              done.images(), done.perceived(), done.cached(), done.failed(), done.results());
    }
    return done.failed() == 0 ? 0 : Failure.BAD_USE;
  }

  private Perceived perceive(PerceptionPipeline pipeline) {
    Path image = image();
    try (Waiting waiting = Waiting.on("looking at the image", err())) {
      if (cache == null) {
        RgbImage pixels = ImageFile.read(image, pipeline.config().orientation());
        return pipeline.perceive(pixels).named(String.valueOf(image.getFileName()));
      }
      PerceptionCache folder =
          PerceptionCache.open(
              cache, pipeline.fingerprint(), warning -> err().println("llava-sg: " + warning));
      return new CachedPerception(pipeline, folder).perceive(image);
    }
  }

  private StageRun.Result result(StageRun run, PerceptionPipeline pipeline) {
    try (Waiting waiting = Waiting.on("looking at the image", err())) {
      return run.result(pipeline, options.tags(), Optional.ofNullable(boxes));
    }
  }

  private void show(Perceived perceived, Orientation orientation) {
    if (options.hasTags() && perceived.tags().isEmpty()) {
      err().println("llava-sg: --tags names nothing to look for");
    }
    ObjectNode json = PerceivedJson.toJson(perceived);
    if (output != null && kind(output).orElseThrow().equals("json")) {
      write(output, json);
    } else if (output != null) {
      Picture.write(
          SceneGraphPainter.figure(
              ImageFile.read(image(), orientation).toBufferedImage(),
              perceived.entities().list(),
              SceneGraph.withoutEdges(perceived.entities().list()),
              Caption.none()),
          output,
          err());
    }
    if (format.isJson()) {
      out().println(json);
    } else if (output == null) {
      out().println(StageRun.text(perceived));
    }
  }

  private void print(StageRun.Result result) {
    if (output != null) {
      write(output, result.json());
    }
    if (format.isJson()) {
      out().println(result.json());
    } else if (output == null) {
      out().println(result.text());
    }
  }

  private void write(Path file, ObjectNode json) {
    WholeFile.write(file, (json + "\n").getBytes(StandardCharsets.UTF_8));
    err().println("llava-sg: wrote " + file);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
