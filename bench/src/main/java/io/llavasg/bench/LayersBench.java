package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prefill and decode of a few layers of a real shape, beside transformers and llama.cpp. */
@Command(
    name = "layers",
    mixinStandardHelpOptions = true,
    description = "Prefill and decode of a checkpoint's language model, beside transformers.",
    footer = {
      "",
      "Ratios are ours / theirs: below 1, ours is faster.",
      "Example: bench/run layers --model /data/random-7b-4-layers --threads 2"
    })
final class LayersBench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Peer peer = new Peer();
  @Mixin private BothDevice device = new BothDevice();

  @Option(names = "--model", required = true, description = "A LLaVA-SG or llava-hf directory.")
  private Path model = Path.of("");

  @Option(names = "--prompt", defaultValue = "630", description = "Positions of the prompt.")
  private int prompt = 630;

  @Option(names = "--decode", defaultValue = "32", description = "Tokens after it.")
  private int decode = 32;

  @Option(names = "--rounds", defaultValue = "5", description = "Turns of each side.")
  private int rounds = 5;

  @Option(
      names = "--warm-up",
      defaultValue = "2",
      description = "Unmeasured runs before each turn of a side.")
  private int warmUp = 2;

  @Option(names = "--llama-bench", description = "Command that starts llama.cpp's llama-bench.")
  private Optional<String> llamaBench = Optional.empty();

  @Option(names = "--gguf", description = "What llama-bench measures.")
  private Optional<Path> gguf = Optional.empty();

  @Override
  public Integer call() {
    ObjectNode result = Json.object().put("bench", "layers");
    ObjectNode compared =
        new Comparison(model, device.required(), prompt, decode, rounds, warmUp).run(peer);
    result.setAll(compared);
    if (llamaBench.isPresent() && gguf.isPresent()) {
      addLlamaCpp(result, llamaBench.get(), gguf.get());
    }
    spec.commandLine().getOut().println(result);
    return 0;
  }

  private void addLlamaCpp(ObjectNode result, String command, Path file) {
    List<String> words =
        Child.join(
            Child.words(command),
            "-m",
            file.toAbsolutePath().toString(),
            "-p",
            Integer.toString(prompt),
            "-n",
            Integer.toString(decode),
            "-t",
            Integer.toString(result.path("threads").asInt()),
            "-r",
            Integer.toString(rounds),
            "-o",
            "jsonl");
    Child child = Child.run(Peer.ownEnvironment(words), Optional.empty(), Map.of());
    for (String line : child.output().lines().toList()) {
      JsonNode test = Json.parse(line);
      double millis = test.path("avg_ns").asDouble() / 1e6;
      if (test.path("n_prompt").asInt() > 0) {
        result.put("llama_cpp_prefill_ms", Samples.round(millis));
        double ours = result.path("prefill_ms").path("median").asDouble();
        result.put("llama_cpp_prefill_ratio", Samples.round(ours / millis));
      } else {
        double token = millis / decode;
        result.put("llama_cpp_decode_ms_per_token", Samples.round(token));
        double ours = result.path("decode_ms_per_token").path("median").asDouble();
        result.put("llama_cpp_decode_ratio", Samples.round(ours / token));
      }
    }
  }
}
