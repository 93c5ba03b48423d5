package io.llavasg.app;

import static io.llavasg.app.CommandLineRun.ENTITIES;
import static io.llavasg.app.CommandLineRun.FIXTURES;
import static io.llavasg.app.CommandLineRun.IMAGE;
import static io.llavasg.app.CommandLineRun.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input ends in one line on stderr, the right exit code, and nothing anywhere else. */
class BadInputTest {
  @TempDir private Path directory;

  private static CommandLineRun ask(String... options) {
    List<String> args = new ArrayList<>(List.of("ask", "--max-new-tokens", "1"));
    args.addAll(List.of(options));
    args.add("What?");
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  private static CommandLineRun askOf(Path model) {
    return ask("--model", model.toString(), "--image", IMAGE, "--entities", ENTITIES);
  }

  private static CommandLineRun askAbout(Path image) {
    return ask("--model", MODEL, "--image", image.toString(), "--no-scene-graph");
  }

  private static CommandLineRun askWith(Path entities) {
    return ask("--model", MODEL, "--image", IMAGE, "--entities", entities.toString());
  }

  /** A copy of the tiny LLaVA-SG to spoil. */
  private Path copyOfModel() throws IOException {
    Path copy = Files.createDirectory(directory.resolve("model"));
    try (Stream<Path> files = Files.list(Path.of(MODEL))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static void replace(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  /** Rewrites a safetensors header, keeping its length. */
  private static void replaceInHeader(Path file, String from, String to) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    assertThat(header).contains(from);
    byte[] changed = header.replace(from, to).getBytes(StandardCharsets.UTF_8);
    assertThat(changed).hasSize(length);
    System.arraycopy(changed, 0, bytes, 8, length);
    Files.write(file, bytes);
  }

  @Test
  void modelsThatAreNone() throws IOException {
    askOf(directory.resolve("nowhere")).assertRefused(2, "no model at", "nowhere");
    askOf(directory).assertRefused(2, "no checkpoint", "config.json");
    askOf(FIXTURES.resolve("tiny-vicuna")).assertRefused(2, "without vision", "llava-sg convert");
    askOf(FIXTURES.resolve("tiny-clip")).assertRefused(2, "vision tower alone");
    Path model = copyOfModel();
    Files.writeString(model.resolve("config.json"), "{");
    askOf(model).assertRefused(2, "not valid JSON");
  }

  @Test
  void truncatedWeights() throws IOException {
    Path model = copyOfModel();
    Path weights = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 100));
    askOf(model).assertRefused(2, "model.safetensors");
  }

  @Test
  void weightsOfOtherNamesAndShapes() throws IOException {
    Path model = copyOfModel();
    replaceInHeader(
        model.resolve("model.safetensors"),
        "scene_graph.node_proj.bias",
        "scene_graph.node_proj.bigs");
    askOf(model)
        .assertRefused(
            2, "1 missing (scene_graph.node_proj.bias)", "1 unexpected", "node_proj.bigs");
    replace(model.resolve("config.json"), "\"num_prompt_layers\": 1", "\"num_prompt_layers\": 2");
    askOf(model).assertRefused(2, "missing", "prompt_attention.1");
  }

  @Test
  void wrongShapes() throws IOException {
    Path model = copyOfModel();
    replace(model.resolve("config.json"), "\"vocab_size\": 640", "\"vocab_size\": 704");
    askOf(model).assertRefused(2, "2 of another shape", "lm_head.weight is [640,");
  }

  @Test
  void aPickleThatNamesWhatItMustNot() throws IOException {
    Path model = copyOfModel();
    Files.delete(model.resolve("model.safetensors"));
    Path pickle = Path.of("../core/src/test/resources/checkpoint/malicious.pth");
    Files.copy(pickle, model.resolve("pytorch_model.bin"));
    askOf(model).assertRefused(2, "refused");
  }

  @Test
  void aTokenizerThatIsNotTheModels() throws IOException {
    Path model = copyOfModel();
    replace(model.resolve("tokenizer.json"), "\"<image>\"", "\"<picture>\"");
    askOf(model).assertRefused(2, "tokenizer", "has no token <image>");
    Files.writeString(model.resolve("tokenizer.json"), "[]");
    askOf(model).assertRefused(2, "tokenizer.json");
  }

  @Test
  void imagesThatAreNone() throws IOException {
    askAbout(directory.resolve("nowhere.png")).assertRefused(2, "nowhere.png");
    askAbout(directory).assertRefused(2, "directory");
    askAbout(Path.of(ENTITIES)).assertRefused(2, "no image");
    Path huge = directory.resolve("huge.bmp");
    ByteBuffer header = ByteBuffer.allocate(54).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 'B').put((byte) 'M').putInt(54).putInt(0).putInt(54);
    header.putInt(40).putInt(30_000).putInt(30_000).putShort((short) 1).putShort((short) 24);
    Files.write(huge, header.array());
    askAbout(huge).assertRefused(2, "900000000", "178956970");
  }

  @Test
  void entitiesThatDoNotFit() throws IOException {
    askWith(directory.resolve("nowhere.json")).assertRefused(2, "nowhere.json");
    askWith(FIXTURES.resolve("pictures/tall.json")).assertRefused(2, "tall.json");
    Path broken = directory.resolve("broken.json");
    Files.writeString(
        broken,
        "{\"entities\": [{\"label\": \"a\", \"segmentation\": {\"size\": [58, 101], \"counts\": [1,"
            + " 2]}}]}");
    askWith(broken).assertRefused(2, "broken.json", "broken RLE");
    Files.writeString(broken, "{\"entities\": 3}");
    askWith(broken).assertRefused(2, "broken.json", "entities");
  }

  /** Before the weights load, which fails here: no line is answered, and no time lost. */
  @Test
  void aBatchThatIsNoUtf8() throws IOException {
    Path model = copyOfModel();
    Files.copy(
        FIXTURES.resolveSibling("perception/sam/wide/model.safetensors"),
        model.resolve("model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    Path batch =
        Files.write(directory.resolve("batch.jsonl"), new byte[] {'{', '}', '\n', (byte) 0xe9});
    CommandLineRun.of("ask", "--model", model.toString(), "--batch", batch.toString())
        .assertRefused(2, "batch.jsonl", "UTF-8");
  }

  @Test
  void aSceneGraphModelWantsEntitiesOrNone() {
    ask("--model", MODEL, "--image", IMAGE).assertRefused(2, "--entities", "--no-scene-graph");
    ask("--model", MODEL, "--image", IMAGE, "--entities", ENTITIES, "--no-scene-graph")
        .assertRefused(2, "exclusive");
  }

  @Test
  void aQuestionTooLong() {
    CommandLineRun.of(
            "ask", "--model", MODEL, "--image", IMAGE, "--no-scene-graph", "word ".repeat(5_000))
        .assertRefused(2, "too long");
  }

  @Test
  void optionsOutOfRange() {
    ask("--model", MODEL, "--image", IMAGE, "--dtype", "f8").assertRefused(2, "f8");
    ask("--model", MODEL, "--image", IMAGE, "--device", "tpu").assertRefused(2, "tpu");
    ask("--model", MODEL, "--image", IMAGE, "--threads", "0").assertRefused(2, "threads");
    ask("--model", MODEL, "--image", IMAGE, "--temperature", "NaN").assertRefused(2, "temperature");
    ask("--model", MODEL, "--image", IMAGE, "--top-p", "0").assertRefused(2, "top-p");
    ask("--model", MODEL, "--image", IMAGE, "--max-new-tokens", "-1").assertRefused(2, "");
    CommandLineRun.of("ask", "--model", MODEL, "--image", IMAGE).assertRefused(2, "question");
    CommandLineRun.of("ask", "--model", MODEL, "What?").assertRefused(2, "--image");
  }

  @Test
  void aDeviceThatIsNotHere() {
    ask("--model", MODEL, "--image", IMAGE, "--no-scene-graph", "--device", "cuda:9")
        .assertRefused(3, "cuda:9");
  }

  @Test
  void outputsThatCannotBeWritten() {
    Path nowhere = Path.of(ENTITIES).resolve("nowhere/trace.safetensors");
    ask(
            "--model",
            MODEL,
            "--image",
            IMAGE,
            "--no-scene-graph",
            "--format",
            "json",
            "--trace",
            nowhere.toString())
        .assertRefused(2, "nowhere");
    for (String cache : List.of(IMAGE, IMAGE + "/masks")) {
      String perception = Path.of("../models/miniature/perception").toString();
      ask("--model", MODEL, "--image", IMAGE, "--perception", perception, "--cache", cache)
          .assertRefused(2, "cannot write into", "is no folder that can be written to");
    }
    CommandLineRun.of("graph", "--model", MODEL, "--image", IMAGE, "-o", "graph.gif")
        .assertRefused(2, ".png");
    assertThat(directory).isEmptyDirectory();
  }

  /** No line is at fault: the others would fail as well, each after all the work. */
  @Test
  void aCacheThatCannotBeWrittenEndsABatch() throws IOException {
    Path cache = directory.resolve("cache");
    String line = "{\"image\": \"%s\", \"question\": \"What?\"}%n";
    String image = Path.of(IMAGE).toAbsolutePath().toString().replace('\\', '/');
    Path batch = directory.resolve("batch.jsonl");
    Files.writeString(batch, line.formatted(image));
    assertThat(batchWith(batch, cache).exitCode()).isZero();
    Path place;
    try (Stream<Path> all = Files.walk(cache, 2)) {
      place =
          all.filter(path -> cache.relativize(path).getNameCount() == 2)
              .filter(Files::isDirectory)
              .findFirst()
              .orElseThrow();
    }
    Files.move(place, directory.resolve("elsewhere"));
    Files.writeString(place, "no folder");
    Files.writeString(batch, line.formatted(image).repeat(3));
    CommandLineRun run = batchWith(batch, cache);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
  }

  private static CommandLineRun batchWith(Path batch, Path cache) {
    String perception = Path.of("../models/miniature/perception").toString();
    List<String> args = new ArrayList<>(List.of("ask", "--model", MODEL, "--max-new-tokens", "1"));
    args.addAll(List.of("--batch", batch.toString(), "--perception", perception));
    args.addAll(List.of("--cache", cache.toString()));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  /** As on a machine whose C library is not libtorch's. */
  @Test
  void aLibtorchThatDoesNotLoad() throws IOException, InterruptedException {
    List<String> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!Path.of(entry).getFileName().toString().matches("pytorch-.*-.*-.*-.*\\.jar")) {
        path.add(entry);
      }
    }
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.cachedir=" + directory.resolve("natives"),
                "-cp",
                String.join(File.pathSeparator, path),
                Main.class.getName(),
                "ask",
                "--model",
                MODEL,
                "--image",
                IMAGE,
                "--entities",
                ENTITIES,
                "What?")
            .redirectError(err.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // of which Java tells on stderr
    Process process = builder.start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(3);
    assertThat(Files.readString(err).lines()).hasSize(1);
    assertThat(err).content().startsWith("llava-sg: libtorch's native library does not load here");
  }
}
