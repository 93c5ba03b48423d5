package io.llavasg.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.bench.CheckpointShape.Preset;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A model so small that its time is that of the calls, in each dtype of published weights. */
@Command(
    name = "tiny",
    mixinStandardHelpOptions = true,
    description = "Decode of a tiny model, whose time is overhead, beside transformers.",
    footer = {"", "Example: bench/run tiny --tokenizer DIR --threads 2"})
final class TinyBench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Peer peer = new Peer();

  @Option(
      names = "--tokenizer",
      required = true,
      description = "Directory with a tokenizer.json that has <image>, <sg> and <text>.")
  private Path tokenizer = Path.of("");

  @Option(names = "--prompt", defaultValue = "64", description = "Positions of the prompt.")
  private int prompt = 64;

  @Option(names = "--decode", defaultValue = "256", description = "Tokens after it.")
  private int decode = 256;

  @Option(names = "--rounds", defaultValue = "5", description = "Turns of each side.")
  private int rounds = 5;

  @Option(
      names = "--warm-up",
      defaultValue = "2",
      description = "Unmeasured runs before each turn of a side.")
  private int warmUp = 2;

  @Override
  public Integer call() throws IOException {
    ObjectNode result = Json.object().put("bench", "tiny");
    Path directory = Files.createTempDirectory("tiny");
    try {
      for (DType dtype : List.of(DType.BF16, DType.F32, DType.F16)) {
        Path model = directory.resolve(dtype.name());
        RandomCheckpoint.write(Preset.TINY.shape(), dtype, tokenizer, model, false);
        ObjectNode compared =
            new Comparison(model, Device.CPU, prompt, decode, rounds, warmUp).run(peer);
        double ours = compared.path("decode_ms_per_token").path("median").asDouble();
        double theirs = compared.path("peer_decode_ms_per_token").path("median").asDouble();
        compared.put("decode_tokens_per_s", Samples.round(1000 / ours));
        compared.put("peer_decode_tokens_per_s", Samples.round(1000 / theirs));
        result.set(dtype.name(), compared);
      }
    } finally {
      delete(directory);
    }
    spec.commandLine().getOut().println(result);
    return 0;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
