package io.llavasg.model.convert;

import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.tensor.DType;
import java.util.Optional;

/**
 * How a LLaVA-SG is made.
 *
 * @param sceneGraph shape of the new Scene Graph Expression module; empty for the default size
 * @param dtype of all weights; empty for the stored one
 * @param seed of the new parameters' initial values
 */
public record ConversionOptions(
    Optional<SceneGraphConfig> sceneGraph, Optional<DType> dtype, long seed) {

  public static final ConversionOptions DEFAULT =
      new ConversionOptions(Optional.empty(), Optional.empty(), 0);

  public ConversionOptions withSceneGraph(SceneGraphConfig config) {
    return new ConversionOptions(Optional.of(config), dtype, seed);
  }

  public ConversionOptions withDtype(DType other) {
    return new ConversionOptions(sceneGraph, Optional.of(other), seed);
  }

  public ConversionOptions withSeed(long other) {
    return new ConversionOptions(sceneGraph, dtype, other);
  }
}
