package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The Python that runs transformers. Its scripts ({@code bench/peer}) are given to it as input, so
 * that it may live in a container which sees nothing of this project; the paths that it is told of
 * must be the same there.
 */
final class Peer {
  @Option(
      names = "--python",
      defaultValue = "${env:LLAVA_SG_PYTHON:-python3}",
      description = "Command that starts a Python with torch and transformers.")
  private String python = "python3";

  @Option(names = "--threads", description = "Threads of an operation, for both sides.")
  private Optional<Integer> threads = Optional.empty();

  Optional<Integer> threads() {
    return threads;
  }

  /** Runs {@code bench/peer/<script>}. */
  Child run(String script, List<String> arguments) {
    List<String> command = new ArrayList<>(Child.words(python));
    command.add("-");
    command.addAll(arguments);
    threads.ifPresent(count -> command.addAll(List.of("--threads", Integer.toString(count))));
    double now = System.currentTimeMillis() / 1e3;
    Path file = root().resolve("bench").resolve("peer").resolve(script);
    Map<String, String> start = Map.of("PEER_START", String.format("%.3f", now));
    return Child.run(ownEnvironment(command), Optional.of(file), start);
  }

  /** Without what {@code bench/run} sets for our side. */
  static List<String> ownEnvironment(List<String> command) {
    return System.getenv("LLAVA_SG_SPINCOUNT") == null
        ? command
        : Child.join(List.of("env", "-u", "GOMP_SPINCOUNT"), command.toArray(String[]::new));
  }

  JsonNode json(String script, String... arguments) {
    return run(script, List.of(arguments)).json();
  }

  /** The checkout. */
  static Path root() {
    return Path.of(System.getProperty("llavasg.root", "."));
  }
}
