/** Tensors, their scopes, dtypes and devices: the only place that explains libtorch's memory. */
@NullMarked
package io.llavasg.tensor;

import org.jspecify.annotations.NullMarked;
