package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whole processes that score the same file, in turn. */
@Command(
    name = "scoring",
    mixinStandardHelpOptions = true,
    description =
        "Whole processes that score VQA answers and captions (CIDEr), beside lmms-eval's VQA task and"
            + " pycocoevalcap.",
    footer = {"", "Example: bench/run scoring --lmms-eval CHECKOUT --rounds 5"})
final class ScoringBench implements Callable<Integer> {
  private static final double EQUAL = 1e-9;

  /** In a process of a second the optimising compiler costs more than it gains. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Peer peer = new Peer();

  @Option(
      names = "--lmms-eval",
      paramLabel = "DIR",
      required = true,
      description = "A checkout; --python needs pycocoevalcap and a Java on its path.")
  private Path harness = Path.of("");

  @Option(names = "--answers", defaultValue = "10000", description = "VQA answers.")
  private int answers = 10_000;

  @Option(names = "--captions", defaultValue = "5000", description = "Captions.")
  private int captions = 5_000;

  @Option(names = "--rounds", defaultValue = "5", description = "Turns of each side.")
  private int rounds = 5;

  @Override
  public Integer call() throws IOException {
    ObjectNode result = Json.object().put("bench", "scoring");
    result.set("vqa", measure("vqa", answers, 0));
    result.set("cider", measure("cider", 0, captions));
    spec.commandLine().getOut().println(result);
    return 0;
  }

  private ObjectNode measure(String score, int questions, int images) throws IOException {
    Path file = Files.createTempFile("scoring", ".json");
    try {
      ScoringData.write(file, questions, images);
      Samples ours = new Samples();
      Samples theirs = new Samples();
      for (int round = 0; round < rounds; round++) {
        Child our = ours(file);
        Child their = theirs(file);
        ours.add(our.seconds());
        theirs.add(their.seconds());
        check(score, our.json(), their.json());
      }
      ObjectNode result = Json.object().put("items", questions + images);
      result.set("seconds", ours.json());
      result.set("peer_seconds", theirs.json());
      return result.put("times_as_fast", Samples.round(theirs.median() / ours.median()));
    } finally {
      Files.delete(file);
    }
  }

  private static Child ours(Path file) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(SHORT_LIVED);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ScoringRun.class.getName(), file.toString()));
    return Child.run(command, Optional.empty(), Map.of());
  }

  private Child theirs(Path file) {
    String checkout = harness.toAbsolutePath().normalize().toString();
    return peer.run("scoring.py", List.of(file.toString(), "--lmms-eval", checkout));
  }

  private static void check(String score, JsonNode our, JsonNode their) {
    double difference = our.path(score).asDouble() - their.path(score).asDouble();
    if (!(Math.abs(difference) < EQUAL)) {
      throw LlavaSgException.user(
          "the scores differ: %s by us, %s by the peer", our.path(score), their.path(score));
    }
  }
}
