package io.llavasg.checkpoint;

import io.llavasg.tensor.DType;
import java.util.List;

/**
 * A tensor as a pickle describes it: a strided view of a storage, not yet checked against it.
 *
 * @param storage where its elements lie
 * @param dtype their type
 * @param offset index in the storage of the first element
 * @param shape sizes, outermost first
 * @param strides distance in elements between neighbours along each dimension
 */
public record PickledTensor(
    PickledStorage storage, DType dtype, long offset, List<Long> shape, List<Long> strides) {}
