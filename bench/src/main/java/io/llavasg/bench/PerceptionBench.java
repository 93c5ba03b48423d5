package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.tensor.Device;
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

/** One of perception's stages at full size with random weights, beside its reference. */
@Command(
    name = "perception",
    mixinStandardHelpOptions = true,
    description = "A perception stage on one photo: seconds and memory, beside its reference.",
    footer = {
      "",
      "Each turn is a process of its own; ratios are ours / theirs: below 1, ours is faster.",
      "Example: bench/run perception --stage tagger --repository /src/recognize-anything"
          + " --image F.jpg --weights /data/random-ram --threads 2"
    })
final class PerceptionBench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Peer peer = new Peer();
  @Mixin private BothDevice device = new BothDevice();

  @Option(names = "--stage", required = true, description = "tagger, detector or segmenter")
  private String stage = "";

  @Option(
      names = "--weights",
      required = true,
      description = "Directory for the random weights, which are written if it isn't there.")
  private Path weights = Path.of("");

  @Option(
      names = "--repository",
      description = "The reference's checkout, where it is no package; without, ours alone.")
  private Optional<Path> repository = Optional.empty();

  @Option(names = "--image", required = true, description = "The photo.")
  private Path image = Path.of("");

  @Option(names = "--peer-image", description = "Where the reference finds it, if elsewhere.")
  private Optional<Path> peerImage = Optional.empty();

  @Option(names = "--dtype", defaultValue = "f32", description = "Ours: f32 or bf16.")
  private String dtype = "f32";

  @Option(
      names = "--peer-dtype",
      defaultValue = "float32",
      description = "The reference's: float32 or bfloat16.")
  private String peerDtype = "float32";

  @Option(names = "--rounds", defaultValue = "3", description = "Turns of each side.")
  private int rounds = 3;

  @Option(names = "--repeats", defaultValue = "3", description = "Measured runs in a turn.")
  private int repeats = 3;

  @Option(names = "--warmup", defaultValue = "1", description = "Runs before them.")
  private int warmUp = 1;

  /** What the turns of one side gave. */
  private static final class Side {
    private final Samples seconds = new Samples();
    private long peakBytes;

    void add(JsonNode turn, long bytes) {
      seconds.add(turn.path("median_s").asDouble());
      peakBytes = Math.max(peakBytes, bytes);
    }

    ObjectNode json() {
      ObjectNode json = Json.object();
      json.set("seconds", seconds.json());
      return json.put("peak_bytes", peakBytes);
    }
  }

  @Override
  public Integer call() throws IOException {
    Device where = device.required();
    StageBench bench = StageBench.of(stage);
    if (!Files.exists(weights)) {
      Files.createDirectories(weights);
      bench.writeWeights(weights);
    }
    ObjectNode result = Json.object().put("bench", "perception").put("stage", stage);
    result.put("device", where.toString());
    result.put("dtype", dtype).put("rounds", rounds);
    peer.threads().ifPresent(count -> result.put("threads", count));
    boolean compared = repository.isPresent() || bench.peerIsPackaged();
    Side ours = new Side();
    Side theirs = new Side();
    for (int round = 0; round < rounds; round++) {
      Child own = ours();
      ours.add(own.json(), own.peakBytes());
      if (compared) {
        JsonNode other = theirs(bench, repository.orElse(Path.of("")));
        theirs.add(other, other.path("peak_rss_mib").asLong() << 20);
        result.set("versions", other.path("versions"));
        result.put("peer_dtype", other.path("dtype").asText());
      }
    }
    result.set("ours", ours.json());
    if (compared) {
      result.set("peer", theirs.json());
      result.put("ratio", Samples.round(ours.seconds.median() / theirs.seconds.median()));
    }
    spec.commandLine().getOut().println(result);
    return 0;
  }

  private Child ours() {
    List<String> command = PerceptionRun.command("perception-run");
    command.addAll(List.of("--stage", stage, "--weights", weights.toString()));
    command.addAll(List.of("--image", image.toString(), "--dtype", dtype));
    peer.threads().ifPresent(count -> command.addAll(List.of("--threads", count.toString())));
    command.addAll(turnArguments());
    return Child.run(command, Optional.empty(), Map.of());
  }

  private JsonNode theirs(StageBench bench, Path checkout) {
    List<String> arguments = new ArrayList<>(bench.peerArguments(weights, checkout));
    arguments.addAll(List.of("--image", peerImage.orElse(image).toString()));
    arguments.addAll(List.of("--dtype", peerDtype));
    arguments.addAll(turnArguments());
    return peer.run(bench.peerScript(), arguments).json();
  }

  private List<String> turnArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--device", device.required().toString()));
    arguments.addAll(List.of("--repeats", Integer.toString(repeats)));
    arguments.addAll(List.of("--warmup", Integer.toString(warmUp)));
    return arguments;
  }
}
