package io.llavasg.eval.report;

import java.util.Optional;

/**
 * A cell of a table: what is printed in the paper, and what was measured here.
 *
 * @param paper the printed figure, where there is one
 * @param measured ours, where it was run
 * @param difference from the row that others are compared with
 * @param comparable whether that row's runs were asked the same questions under the same ids; where
 *     one was not, there is no difference
 * @param whole whether all items of the task were answered in every run that counts
 */
public record Cell(
    Optional<Double> paper,
    Optional<Estimate> measured,
    Optional<Estimate> difference,
    boolean comparable,
    boolean whole) {}
