package io.llavasg.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.Precision;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import io.llavasg.tensor.Torch;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Our side of {@link PerceptionBench}, a process of its own so that its memory can be told. */
@Command(name = "perception-run", hidden = true)
final class PerceptionRun implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--stage", required = true)
  private String stage = "";

  @Option(names = "--weights", required = true)
  private Path weights = Path.of("");

  @Option(names = "--image", required = true)
  private Path image = Path.of("");

  @Option(names = "--dtype", required = true)
  private String dtype = "";

  @Mixin private BothDevice device = new BothDevice();

  @Option(names = "--threads")
  private Optional<Integer> threads = Optional.empty();

  @Option(names = "--repeats", required = true)
  private int repeats;

  @Option(names = "--warmup", required = true)
  private int warmUp;

  /** The command that starts this process's benchmarks again, as {@code name}. */
  static List<String> command(String name) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Benchmarks.class.getName(), name));
    return command;
  }

  @Override
  public Integer call() {
    threads.ifPresent(Torch::threads);
    StageBench bench = StageBench.of(stage);
    RgbImage photo = ImageFile.read(image, Orientation.APPLY_EXIF);
    Samples seconds = new Samples();
    try (StageBench.Loaded loaded =
        bench.load(weights, Precision.parse(dtype), device.required())) {
      for (int i = 0; i < warmUp + repeats; i++) {
        long start = System.nanoTime();
        loaded.run(photo);
        if (i >= warmUp) {
          seconds.add((System.nanoTime() - start) / 1e9);
        }
      }
    }
    ObjectNode result = Json.object().put("median_s", seconds.median());
    spec.commandLine().getOut().println(result);
    return 0;
  }
}
