package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A network with its weights in memory, and the mapped files that they may be pages of.
 *
 * @param <N> the network's class
 */
public final class LoadedNetwork<N> implements AutoCloseable {
  private final Lifetime lifetime = new Lifetime();
  private final Checkpoint checkpoint;
  private final N network;
  private final LoadReport report;

  private LoadedNetwork(
      Checkpoint checkpoint,
      WeightMap map,
      Precision precision,
      Device device,
      Function<Parameters, N> build) {
    this.checkpoint = checkpoint;
    try {
      CheckpointParameters parameters =
          new CheckpointParameters(
              map.apply(checkpoint.tensors()), map, precision, device.required(), lifetime);
      network = build.apply(parameters);
      report = parameters.report();
      report.require(checkpoint.path());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Loads a network strictly.
   *
   * @param path a weight file, or a directory of some
   * @param build makes the network of its parameters
   * @throws LlavaSgException user, if the weights are not those of the network
   */
  public static <N> LoadedNetwork<N> load(
      Path path, WeightMap map, Precision precision, Device device, Function<Parameters, N> build) {
    return new LoadedNetwork<>(Checkpoint.open(path), map, precision, device, build);
  }

  public N network() {
    return network;
  }

  public LoadReport report() {
    return report;
  }

  /** Size of the weights in memory, in bytes. */
  public long weightBytes() {
    return lifetime.bytes();
  }

  @Override
  public void close() {
    lifetime.close();
    checkpoint.close();
  }
}
