/**
 * The paper's tables beside ours. {@link io.llavasg.eval.report.PaperTable} carries the printed
 * figures; {@link io.llavasg.eval.report.Reproduction}, a YAML file, says which model stands in
 * which row and which data behind which task, and so which runs of {@code eval} there have to be:
 * one for each model, seed and task, in a folder of its own. {@link
 * io.llavasg.eval.report.TableReport} reads those that are there.
 *
 * <p>Several seeds of a model make a mean with Student's interval over the seeds, and where the
 * table has a row to compare with, the mean of the paired differences, seed by seed, with theirs.
 * With one seed the intervals are the bootstrap's over items, of the difference too, where the
 * figure is a mean over items. An effect is claimed where the interval of the paired difference
 * leaves zero out. What has not been run is said to be so, and nothing stands in for it.
 */
@NullMarked
package io.llavasg.eval.report;

import org.jspecify.annotations.NullMarked;
