/**
 * The benchmarks: what each reads, asks and counts, after lmms-eval.
 *
 * <p>A {@link io.llavasg.eval.task.Task} turns a folder of a data set's own published files into
 * {@link io.llavasg.eval.task.EvalItem}s, which are all alike, and answers to them into figures.
 * Whatever form a file has (a JSON list or object, JSON lines, a table with tabs, Parquet), its
 * readers hand out {@link io.llavasg.eval.task.DataRow}s, so that a task reads fields by their
 * names and knows no format. An image is an {@link io.llavasg.eval.task.ImageSource}: its bytes are
 * read when they are needed, in the order of the items.
 *
 * <p>What is wrong with a line or a row is told to {@link io.llavasg.eval.task.Problems}, which
 * counts it and goes on, or stops if it was made strict.
 */
@NullMarked
package io.llavasg.eval.task;

import org.jspecify.annotations.NullMarked;
