/**
 * Measurements, and what they need: checkpoints of random weights in the shapes of published ones,
 * and runs of other programs in turn with ours. Each is a subcommand of {@link
 * io.llavasg.bench.Benchmarks}, started by {@code bench/run}; the last line it prints is JSON.
 *
 * <p>Two programs are compared by measuring them in turn, A B A B, so that what the machine does
 * besides hits both, and by medians, which a few disturbed runs leave alone.
 */
@NullMarked
package io.llavasg.bench;

import org.jspecify.annotations.NullMarked;
