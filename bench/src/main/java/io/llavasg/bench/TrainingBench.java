package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Torch;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Forward and backward of one decoder layer and one scene graph module of a 7B, beside PyTorch. */
@Command(
    name = "training",
    mixinStandardHelpOptions = true,
    description = "Forward and backward of a 7B's decoder layer and scene graph, beside PyTorch.",
    footer = {
      "",
      "Ratios are ours / theirs: below 1, ours is faster.",
      "Example: bench/run training --threads 2 --rounds 3"
    })
final class TrainingBench implements Callable<Integer> {
  private static final int WARM_UP = 1;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Peer peer = new Peer();
  @Mixin private BothDevice device = new BothDevice();

  @Option(
      names = "--dtypes",
      split = ",",
      defaultValue = "f32,bf16",
      description = "Of weights and inputs.")
  private List<DType> dtypes = List.of();

  @Option(
      names = "--clock",
      defaultValue = "wall",
      description = "wall, or cpu: the CPU time of one thread (--threads 1), on a busy machine.")
  private GradientRun.Clock clock = GradientRun.Clock.WALL;

  @Option(names = "--positions", defaultValue = "640", description = "Positions of the sequence.")
  private int positions = 640;

  @Option(names = "--nodes", defaultValue = "16", description = "Nodes of the graph.")
  private int nodes = 16;

  @Option(names = "--prompt", defaultValue = "24", description = "Tokens that activate it.")
  private int prompt = 24;

  @Option(names = "--rounds", defaultValue = "3", description = "Turns of each side.")
  private int rounds = 3;

  @Option(names = "--repeats", defaultValue = "3", description = "Runs of a turn.")
  private int repeats = 3;

  @Override
  public Integer call() {
    if (clock == GradientRun.Clock.CPU && !peer.threads().equals(Optional.of(1))) {
      throw new ParameterException(spec.commandLine(), "--clock cpu needs --threads 1");
    }
    if (clock == GradientRun.Clock.CPU && device.required().isCuda()) {
      throw new ParameterException(spec.commandLine(), "--clock cpu measures no GPU");
    }
    peer.threads().ifPresent(Torch::threads);
    ObjectNode result = Json.object().put("bench", "training").put("threads", Torch.threads());
    result.put("device", device.required().toString());
    for (DType dtype : dtypes) {
      result.set(dtype.name().toLowerCase(Locale.ROOT), compare(dtype, result));
    }
    spec.commandLine().getOut().println(result);
    return 0;
  }

  private ObjectNode compare(DType dtype, ObjectNode result) {
    Samples layer = new Samples();
    Samples graph = new Samples();
    Samples peerLayer = new Samples();
    Samples peerGraph = new Samples();
    for (int round = 0; round < rounds; round++) {
      layer.addAll(
          GradientRun.ofLayer(dtype, device.required(), positions).millis(WARM_UP, repeats, clock));
      graph.addAll(
          GradientRun.ofGraph(dtype, device.required(), nodes, prompt)
              .millis(WARM_UP, repeats, clock));
      JsonNode theirs = peerTurn(dtype);
      peerLayer.add(theirs.path("layer_ms").asDouble());
      peerGraph.add(theirs.path("graph_ms").asDouble());
      result.set("versions", theirs.path("versions"));
    }
    ObjectNode compared = Json.object();
    compared.set("layer_ms", layer.json());
    compared.set("peer_layer_ms", peerLayer.json());
    compared.put("layer_ratio", Samples.round(layer.median() / peerLayer.median()));
    compared.set("graph_ms", graph.json());
    compared.set("peer_graph_ms", peerGraph.json());
    return compared.put("graph_ratio", Samples.round(graph.median() / peerGraph.median()));
  }

  private JsonNode peerTurn(DType dtype) {
    return peer.json(
        "training.py",
        "--dtype",
        dtype == DType.F32 ? "float32" : "bfloat16",
        "--device",
        device.required().toString(),
        "--positions",
        Integer.toString(positions),
        "--nodes",
        Integer.toString(nodes),
        "--prompt",
        Integer.toString(prompt),
        "--repeats",
        Integer.toString(repeats),
        "--clock",
        clock.name().toLowerCase(Locale.ROOT),
        "--warmup",
        Integer.toString(WARM_UP));
  }
}
