/**
 * Evaluation: a model is asked a task's items, and what it answered is kept, scored and compared.
 *
 * <p>A run has a folder ({@link io.llavasg.eval.RunFolder}): {@code run.json} says what was run,
 * {@code answers.jsonl} (of a part, {@code answers-0-of-2.jsonl}) gets a line {@code {"id",
 * "category"?, "answer"}} for every answer as it comes, {@code summary.json} and {@code
 * scores.jsonl} are written from all answers in the folder. So a run that was interrupted, however
 * roughly, goes on where it stopped, and parts that were run apart make one result.
 */
@NullMarked
package io.llavasg.eval;

import org.jspecify.annotations.NullMarked;
