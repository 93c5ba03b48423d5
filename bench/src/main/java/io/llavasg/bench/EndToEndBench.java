package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.TensorInfo;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Process start to first token of a model of real size, its memory, and the scene graph's share.
 */
@Command(
    name = "end-to-end",
    mixinStandardHelpOptions = true,
    description = "Process start to first token, cold and warm, beside transformers.",
    footer = {
      "",
      "Ours is counted to the end of the process, less its decoding: what ending costs is ours.",
      "Example: bench/run end-to-end --model /data/random-7b --image F.jpg --entities F.json"
          + " --drop-caches \"sudo sysctl vm.drop_caches=3\""
    })
final class EndToEndBench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Peer peer = new Peer();
  @Mixin private AskRun ask = new AskRun();

  @Option(names = "--rounds", defaultValue = "3", description = "Turns of each side.")
  private int rounds = 3;

  @Option(
      names = "--drop-caches",
      description = "Command that empties the disk cache; without it there are no cold runs.")
  private Optional<String> dropCaches = Optional.empty();

  /** What the runs of one side gave. */
  private static final class Side {
    private final Samples firstToken = new Samples();
    private final Samples tokensPerSecond = new Samples();
    private final Samples graphMillis = new Samples();
    private long peakBytes;

    ObjectNode json(long weightBytes) {
      ObjectNode json = Json.object();
      json.set("first_token_s", firstToken.json());
      json.set("tokens_per_s", tokensPerSecond.json());
      json.set("graph_ms", graphMillis.json());
      json.put("peak_bytes", peakBytes);
      return json.put("peak_to_weights", Samples.round((double) peakBytes / weightBytes));
    }
  }

  @Override
  public Integer call() {
    Map<String, TensorInfo> tensors = Checkpoint.inspect(ask.model());
    long bytes = tensors.values().stream().mapToLong(TensorInfo::byteSize).sum();
    ObjectNode result = Json.object().put("bench", "end-to-end");
    result.put("weight_bytes", bytes);
    result.put("parameters", parameters(tensors, ""));
    result.put("graph_parameters", parameters(tensors, "scene_graph"));
    result.put("device", ask.device().toString()).put("rounds", rounds);
    if (dropCaches.isPresent()) {
      result.set("cold", compare(bytes, true));
    }
    ask.ours(peer.threads());
    result.set("warm", compare(bytes, false));
    spec.commandLine().getOut().println(result);
    return 0;
  }

  private static long parameters(Map<String, TensorInfo> tensors, String prefix) {
    return tensors.values().stream()
        .filter(tensor -> tensor.name().startsWith(prefix))
        .mapToLong(TensorInfo::elements)
        .sum();
  }

  private ObjectNode compare(long weightBytes, boolean cold) {
    Side ours = new Side();
    Side theirs = new Side();
    for (int round = 0; round < rounds; round++) {
      prepare(cold);
      addOurs(ours);
      prepare(cold);
      addTheirs(theirs);
    }
    ObjectNode result = Json.object();
    result.set("ours", ours.json(weightBytes));
    result.set("peer", theirs.json(weightBytes));
    double ratio = ours.firstToken.median() / theirs.firstToken.median();
    return result.put("first_token_ratio", Samples.round(ratio));
  }

  private void prepare(boolean cold) {
    if (cold) {
      Child.run(Child.words(dropCaches.orElseThrow()), Optional.empty(), Map.of());
    }
  }

  private void addOurs(Side side) {
    Child child = ask.ours(peer.threads());
    JsonNode answer = child.json();
    JsonNode timings = answer.path("timings_ms");
    double decode = timings.path("decode").asDouble() / 1000;
    side.firstToken.add(child.seconds() - decode);
    int steps = ask.steps(answer);
    if (steps > 0) {
      side.tokensPerSecond.add(steps / decode);
    }
    side.graphMillis.add(timings.path("graph").asDouble());
    side.peakBytes = Math.max(side.peakBytes, child.peakBytes());
  }

  private void addTheirs(Side side) {
    JsonNode answer = ask.theirs(peer).json();
    side.firstToken.add(answer.path("time_to_first_token_s").asDouble());
    if (answer.hasNonNull("decode_tokens_per_s")) {
      side.tokensPerSecond.add(answer.path("decode_tokens_per_s").asDouble());
    }
    side.peakBytes = Math.max(side.peakBytes, answer.path("peak_rss_mib").asLong() << 20);
  }
}
