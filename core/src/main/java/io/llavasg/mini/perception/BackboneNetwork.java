package io.llavasg.mini.perception;

import io.llavasg.mini.RegionPooling;
import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.swin.FeatureMap;
import io.llavasg.perception.swin.Swin;
import io.llavasg.perception.swin.SwinConfig;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A Swin with a classifier over each of its stages, which says what a region of a picture is. */
final class BackboneNetwork {
  private final Swin swin;
  private final List<Linear> classifiers = new ArrayList<>();

  /**
   * @param classes answers of a classifier
   */
  BackboneNetwork(Parameters parameters, SwinConfig config, int classes) {
    TreeSet<Integer> stages = new TreeSet<>();
    for (int stage = 1; stage <= config.stages(); stage++) {
      stages.add(stage);
      classifiers.add(
          Linear.of(parameters.in("classifiers", stage - 1), config.channels(stage - 1), classes));
    }
    swin = Swin.backbone(parameters.in("backbone"), config, stages);
  }

  /**
   * @param pixels (B, 3, H, W)
   * @param regions for each stage's map
   * @return for each stage (R, classes)
   */
  List<Tensor> logits(Tensor pixels, List<RegionPooling> regions) {
    List<Tensor> logits = new ArrayList<>();
    try (var scope = Scope.open()) {
      List<FeatureMap> maps = swin.forward(pixels);
      for (int i = 0; i < maps.size(); i++) {
        Tensor pooled = regions.get(i).of(maps.get(i).places());
        logits.add(scope.keep(classifiers.get(i).forward(pooled)));
      }
    }
    return logits;
  }
}
