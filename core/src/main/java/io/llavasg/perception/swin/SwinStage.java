package io.llavasg.perception.swin;

import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Blocks over one map, every second of them with its windows moved. */
final class SwinStage {
  private final Window window;
  private final List<SwinBlock> blocks = new ArrayList<>();

  SwinStage(Parameters parameters, SwinConfig config, int stage, Window window) {
    this.window = window;
    for (int i = 0; i < config.depths().get(stage); i++) {
      blocks.add(new SwinBlock(parameters.in("blocks", i), config, stage, window));
    }
  }

  FeatureMap forward(FeatureMap map) {
    try (var scope = Scope.open()) {
      Tensor input = map.places();
      Tensor index = Tensor.of(window.relativePositions(), (long) window.area() * window.area());
      Tensor relativePositions = index.to(input.device());
      WindowPartition unmoved = WindowPartition.of(map, window.unmoved(), input);
      WindowPartition moved = blocks.size() == 1 ? unmoved : WindowPartition.of(map, window, input);
      Tensor places = input.reshape(input.size(0) * input.size(1), input.size(2));
      for (int i = 0; i < blocks.size(); i++) {
        WindowPartition partition = i % 2 == 0 ? unmoved : moved;
        Tensor next = blocks.get(i).forward(places, partition, relativePositions);
        places.free();
        places = next;
      }
      Tensor output = places.reshape(input.shape());
      return new FeatureMap(scope.keep(output), map.height(), map.width());
    }
  }
}
