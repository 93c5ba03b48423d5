package io.llavasg.checkpoint;

import io.llavasg.tensor.DType;

/**
 * A storage that a pickle names; its bytes are another entry of the zip file. Tied tensors share
 * one.
 *
 * @param key name of the entry under {@code data/}
 * @param dtype type of its elements; {@link DType#U8} for an untyped storage
 * @param elements how many there are
 */
public record PickledStorage(String key, DType dtype, long elements) {}
