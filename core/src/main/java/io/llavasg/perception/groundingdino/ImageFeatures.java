package io.llavasg.perception.groundingdino;

import io.llavasg.tensor.Tensor;

/**
 * An image as all of its maps: what a backbone pass is needed for, once for any number of captions.
 * The tensors belong to whoever had them computed.
 *
 * @param features (N, d)
 * @param positions (N, d), what tells the places and the maps apart
 */
record ImageFeatures(FeatureLevels levels, Tensor features, Tensor positions) {}
