package io.llavasg.train;

import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Parameters of a network that does not exist yet: each is drawn when it is asked for, and trained.
 * Each has a stream of chance of its own, so that it does not depend on what is asked for before
 * it, and {@link Random}'s algorithm is specified, so that a seed means the same everywhere.
 */
final class FreshParameters implements Parameters {
  private final Initialisation initialisation;
  private final long seed;
  private final Device device;
  private final Lifetime lifetime;
  private final Map<String, TrainedParameter> drawn = new LinkedHashMap<>();
  private final Fingerprint fingerprint = new Fingerprint();

  /**
   * @param lifetime becomes the parameters' owner
   */
  FreshParameters(Initialisation initialisation, long seed, Device device, Lifetime lifetime) {
    this.initialisation = initialisation;
    this.seed = seed;
    this.device = device;
    this.lifetime = lifetime;
  }

  @Override
  public boolean contains(String name) {
    return true;
  }

  @Override
  public Tensor get(String name, long... shape) {
    TrainedParameter known = drawn.get(name);
    if (known != null) {
      return known.weight();
    }
    try (var scope = Scope.open()) {
      Tensor values = Tensor.of(draw(name, shape), shape);
      fingerprint.add(name, values);
      TrainedParameter parameter = new TrainedParameter(name, values, DType.F32, device, lifetime);
      drawn.put(name, parameter);
      return parameter.weight();
    }
  }

  private float[] draw(String name, long... shape) {
    int count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, Math.toIntExact(size));
    }
    Initialisation.Normal normal = initialisation.of(name, shape);
    Random random = new Random(Seeds.of(seed, name.hashCode()));
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          (float)
              (normal.standardDeviation() == 0
                  ? normal.mean()
                  : normal.mean() + normal.standardDeviation() * random.nextGaussian());
    }
    return values;
  }

  /** In the order in which they were asked for. */
  List<TrainedParameter> drawn() {
    return List.copyOf(drawn.values());
  }

  /** Of the values as they were drawn; to be asked for once, when the network is built. */
  String fingerprint() {
    return fingerprint.finish();
  }
}
