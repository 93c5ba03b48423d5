package io.llavasg.mini.model;

import io.llavasg.checkpoint.Precision;
import io.llavasg.generate.ImageDomain;
import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.image.RgbImage;
import io.llavasg.mini.Planes;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets a finished miniature know which images it knows: drawn scenes. */
final class SceneDomain {
  private static final String NAME = "drawn scenes";

  /** Of training's scenes, those that the limit takes for drawn. */
  private static final double SHARE = .992;

  private SceneDomain() {}

  /**
   * Fits the domain of training's scenes, and writes it beside the model.
   *
   * @param scenes that it is fitted to; half as many more give the limit
   */
  static void write(Path model, int scenes, long seed) {
    ModelFiles files = ModelFiles.read(model, Optional.empty());
    ClipImageProcessor processor = ClipImageProcessor.read(model, AspectRatio.PAD);
    try (LoadedModel loaded = LoadedModel.load(files, Precision.of(DType.F32), Device.CPU)) {
      Chance chance = Chance.of(seed).split("domain");
      List<double[]> fitted = summaries(loaded.model(), processor, chance.split(0), scenes);
      List<double[]> limiting = summaries(loaded.model(), processor, chance.split(1), scenes / 2);
      ImageDomain.fit(NAME, fitted, limiting, SHARE).write(model);
    }
  }

  private static List<double[]> summaries(
      LlavaSgModel model, ClipImageProcessor processor, Chance chance, int count) {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    SceneRenderer renderer = new SceneRenderer();
    List<double[]> summaries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RgbImage picture = renderer.render(generator.scene(chance.split(i).next()));
      Planes pixels = Planes.of(List.of(picture), processor::apply);
      summaries.add(
          Torch.infer(
              () -> {
                try (var scope = Scope.open()) {
                  return ImageDomain.summary(model.visionFeatures(pixels.tensor()));
                }
              }));
    }
    return summaries;
  }
}
