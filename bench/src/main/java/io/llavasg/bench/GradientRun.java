package io.llavasg.bench;

import io.llavasg.language.LlamaConfig;
import io.llavasg.language.LlamaDecoder;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Mlp;
import io.llavasg.nn.Parameters;
import io.llavasg.nn.Rope;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.sge.SceneGraphExpression;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A part of a 7B with random weights, run forward and backward; every weight gets a gradient.
 *
 * @param build makes of the weights what is to be run
 */
record GradientRun(DType dtype, Device device, Function<Leaves, Supplier<Tensor>> build) {
  private static final int SIZE = 4096;
  private static final int VISION = 1024;

  /** Weights, and inputs, that gradients are computed for. */
  static final class Leaves implements Parameters {
    private final List<Tensor> all = new ArrayList<>();
    private final DType dtype;
    private final Device device;
    private final Lifetime lifetime;

    Leaves(DType dtype, Device device, Lifetime lifetime) {
      this.dtype = dtype;
      this.device = device;
      this.lifetime = lifetime;
    }

    @Override
    public Tensor get(String name, long... shape) {
      try (var scope = Scope.open()) {
        Tensor values = Tensor.empty(DType.F32, device, shape);
        if (name.contains("norm")) {
          values.fillInPlace(1);
        } else {
          values.uniformInPlace(-0.03, 0.03);
        }
        Tensor leaf = Autograd.track(lifetime.own(values.to(dtype)));
        all.add(leaf);
        return leaf;
      }
    }

    /** Normally distributed, without a gradient. */
    Tensor input(long... shape) {
      try (var scope = Scope.open()) {
        Tensor values = Tensor.empty(DType.F32, device, shape).normalInPlace(0, 1);
        return lifetime.own(values.to(dtype));
      }
    }

    @Override
    public boolean contains(String name) {
      return true;
    }
  }

  /** One decoder layer over a sequence. */
  static GradientRun ofLayer(DType dtype, Device device, int positions) {
    return new GradientRun(
        dtype,
        device,
        leaves -> {
          Rope rope = new Rope(128, 10000, 1);
          LlamaConfig config =
              new LlamaConfig(
                  8, SIZE, 11008, 1, 32, 32, 128, 4096, 1e-5, rope, Activation.SILU, true);
          LlamaDecoder decoder = new LlamaDecoder(leaves, config);
          Tensor input = Autograd.track(leaves.input(positions, SIZE));
          leaves.all.add(input);
          int[][] places = {IntStream.range(0, positions).toArray()};
          return () -> decoder.layer(0, input, 1, decoder.rotation(places, input), Mask.CAUSAL);
        });
  }

  /** The Scene Graph Expression module with W_g. */
  static GradientRun ofGraph(DType dtype, Device device, int nodes, int prompt) {
    return new GradientRun(
        dtype,
        device,
        leaves -> {
          SceneGraphConfig config = SceneGraphConfig.DEFAULT;
          var expression = new SceneGraphExpression(leaves.in("scene_graph"), config, VISION, SIZE);
          Mlp projector =
              new Mlp(
                  Linear.of(leaves.in("linear_1"), config.hiddenSize(), SIZE),
                  Activation.GELU,
                  Linear.of(leaves.in("linear_2"), SIZE, SIZE));
          Tensor features = leaves.input(1, nodes, VISION);
          Tensor text = leaves.input(1, prompt, SIZE);
          return () -> projector.forward(expression.forward(features, text).graph());
        });
  }

  /** What time is taken from. */
  enum Clock {
    /** The wall. */
    WALL,
    /** The CPU time of this thread: on a busy machine, for one thread alone. */
    CPU;

    long nanos() {
      return this == WALL
          ? System.nanoTime()
          : ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
  }

  /** Milliseconds of each run after the warm-up. */
  List<Double> millis(int warmUp, int repeats, Clock clock) {
    return Torch.train(
        () -> {
          try (Lifetime lifetime = new Lifetime()) {
            Leaves leaves = new Leaves(dtype, device, lifetime);
            Supplier<Tensor> forward = build.apply(leaves);
            List<Double> times = new ArrayList<>();
            for (int i = 0; i < warmUp + repeats; i++) {
              leaves.all.forEach(Autograd::clearGradient);
              final long start = clock.nanos();
              try (var scope = Scope.open()) {
                Tensor out = forward.get();
                Tensor ones = Tensor.empty(dtype, device, out.shape()).fillInPlace(1);
                Autograd.backward(out, ones);
              }
              Torch.synchronise(device);
              if (i >= warmUp) {
                times.add((clock.nanos() - start) / 1e6);
              }
            }
            leaves.all.forEach(Autograd::clearGradient);
            return times;
          }
        });
  }
}
