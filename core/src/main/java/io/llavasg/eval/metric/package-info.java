/**
 * The benchmarks' metrics on plain texts: what an answer is worth beside its references. Nothing
 * here knows a data set, a model or a file.
 *
 * <p>Every metric gives the number that the harness of the paper's tables (lmms-eval) gives, odd
 * corners included, since a figure is only comparable with a published one if both count the same
 * way: {@link io.llavasg.eval.metric.VqaNormalizer} strips at most 32 full stops, an option letter
 * is looked for before an option's text, an empty caption has one empty word for ROUGE-L. Captions
 * are scored as pycocoevalcap scores them, on tokens of {@link
 * io.llavasg.eval.metric.PtbTokenizer}.
 *
 * <p>Uncertainty is of two kinds and they are kept apart: over a benchmark's items, those about one
 * image together ({@link io.llavasg.eval.metric.Bootstrap}, {@link
 * io.llavasg.eval.metric.PairedTest}), and over training seeds ({@link
 * io.llavasg.eval.metric.StudentInterval}).
 */
@NullMarked
package io.llavasg.eval.metric;

import org.jspecify.annotations.NullMarked;
