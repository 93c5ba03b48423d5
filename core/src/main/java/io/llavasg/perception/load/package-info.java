/**
 * From checkpoints on disk to a pipeline. Which model a checkpoint is of, the names of its tensors
 * say ({@link io.llavasg.perception.CheckpointKind}), and its manifest where it has one; only
 * headers are read for that. The three networks' packages meet here and nowhere else.
 */
@NullMarked
package io.llavasg.perception.load;

import org.jspecify.annotations.NullMarked;
