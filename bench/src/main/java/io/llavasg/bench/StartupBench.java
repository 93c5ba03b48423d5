package io.llavasg.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whole processes that answer one question by a tiny model: what it costs to start. */
@Command(
    name = "startup",
    mixinStandardHelpOptions = true,
    description = "Whole process of one question to a tiny model, beside transformers.",
    footer = {
      "",
      "Example: bench/run startup --model DIR --image F.jpg --entities F.json --rounds 9"
    })
final class StartupBench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Peer peer = new Peer();
  @Mixin private AskRun ask = new AskRun();

  @Option(names = "--rounds", defaultValue = "7", description = "Turns of each side.")
  private int rounds = 7;

  @Override
  public Integer call() {
    // The first run of each side fills the disk caches and, for us, may build.
    ask.ours(peer.threads());
    ask.theirs(peer);
    Samples ours = new Samples();
    Samples theirs = new Samples();
    for (int round = 0; round < rounds; round++) {
      ours.add(ask.ours(peer.threads()).seconds());
      theirs.add(ask.theirs(peer).seconds());
    }
    ObjectNode result = Json.object().put("bench", "startup");
    result.set("seconds", ours.json());
    result.set("peer_seconds", theirs.json());
    result.put("ratio", Samples.round(ours.median() / theirs.median()));
    spec.commandLine().getOut().println(result);
    return 0;
  }
}
