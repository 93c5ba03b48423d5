package io.llavasg.perception.groundingdino;

import io.llavasg.tensor.Tensor;

/**
 * Images of one size as all of their maps: what a backbone pass is needed for, once for any number
 * of captions. The tensors belong to whoever had them computed.
 *
 * @param features (B, N, d)
 * @param positions (N, d), the same for all images, what tells the places and the maps apart
 */
record ImageFeatures(FeatureLevels levels, Tensor features, Tensor positions) {}
