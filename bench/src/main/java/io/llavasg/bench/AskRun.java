package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.tensor.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One question by {@code llava-sg ask}, and the same one by transformers. */
final class AskRun {
  @Option(names = "--model", required = true, description = "A LLaVA-SG or llava-hf directory.")
  private Path model = Path.of("");

  @Option(names = "--image", required = true, description = "The image asked about.")
  private Path image = Path.of("");

  @Option(names = "--entities", description = "Its entities; without, no scene graph.")
  private Optional<Path> entities = Optional.empty();

  @Mixin private BothDevice device = new BothDevice();

  @Option(names = "--question", defaultValue = "What is in the picture?")
  private String question = "";

  @Option(names = "--max-new-tokens", defaultValue = "8", description = "Tokens of the answer.")
  private int tokens = 8;

  Path model() {
    return model;
  }

  Device device() {
    return device.required();
  }

  /** A process of ours; the last line of its output is the answer as JSON. */
  Child ours(Optional<Integer> threads) {
    List<String> command = new ArrayList<>();
    command.add(Peer.root().resolve("llava-sg").toString());
    command.addAll(List.of("ask", "--model", absolute(model), "--image", absolute(image)));
    command.addAll(
        entities
            .map(file -> List.of("--entities", absolute(file)))
            .orElse(List.of("--no-scene-graph")));
    command.addAll(List.of("--max-new-tokens", Integer.toString(tokens), "--format", "json"));
    command.addAll(List.of("--device", device().toString()));
    threads.ifPresent(count -> command.addAll(List.of("--threads", Integer.toString(count))));
    command.add(question);
    return Child.run(command, Optional.empty(), Map.of());
  }

  /** How many tokens came after the first one, the end token included. */
  int steps(JsonNode answer) {
    return Math.min(answer.path("token_ids").size(), tokens - 1);
  }

  /** A process of transformers. */
  Child theirs(Peer peer) {
    return peer.run(
        "ask.py",
        List.of(
            absolute(model),
            absolute(image),
            question,
            "--device",
            device().toString(),
            "--max-new-tokens",
            Integer.toString(tokens)));
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
