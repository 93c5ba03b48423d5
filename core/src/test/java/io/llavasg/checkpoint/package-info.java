/** Tests of the weight files' formats; their fixtures come from reference/checkpoint. */
@NullMarked
package io.llavasg.checkpoint;

import org.jspecify.annotations.NullMarked;
