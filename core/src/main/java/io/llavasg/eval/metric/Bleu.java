package io.llavasg.eval.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * BLEU (Papineni and others 2002) as the COCO evaluation computes it: geometric means of clipped
 * n-gram precisions, times a brevity penalty beside the reference of the closest length (the
 * shorter of two). Small constants stand where a division by nothing would be.
 */
public final class Bleu {
  private static final double SMALL = 1e-9;
  private static final double TINY = 1e-15;

  private Bleu() {}

  /** Scores captions: BLEU-1 to BLEU-4, in this order. */
  public static List<CaptionScores> of(Captions captions) {
    NGrams.Index index = new NGrams.Index();
    List<double[]> each = new ArrayList<>();
    Tally total = new Tally();
    for (int i = 0; i < captions.candidates().size(); i++) {
      NGrams candidate = index.count(captions.candidates().get(i));
      List<NGrams> references = captions.references().get(i).stream().map(index::count).toList();
      Tally tally = new Tally();
      tally.add(candidate, references);
      total.add(tally);
      each.add(tally.scores());
    }
    double[] corpus = each.isEmpty() ? new double[NGrams.ORDERS] : total.scores();
    List<CaptionScores> byOrder = new ArrayList<>();
    for (int order = 0; order < NGrams.ORDERS; order++) {
      int of = order;
      byOrder.add(new CaptionScores(corpus[of], each.stream().map(scores -> scores[of]).toList()));
    }
    return byOrder;
  }

  /** What the scores are computed from; of several captions it adds up. */
  private static final class Tally {
    private long length;
    private long referenceLength;
    private final long[] guesses = new long[NGrams.ORDERS];
    private final long[] hits = new long[NGrams.ORDERS];

    void add(NGrams candidate, List<NGrams> references) {
      length += candidate.words();
      referenceLength += closest(candidate.words(), references);
      for (int order = 0; order < NGrams.ORDERS; order++) {
        guesses[order] += Math.max(0, candidate.words() - order);
        int[] ids = candidate.ids(order);
        for (int i = 0; i < ids.length; i++) {
          int most = 0;
          for (NGrams reference : references) {
            most = Math.max(most, reference.count(order, ids[i]));
          }
          hits[order] += Math.min(most, candidate.counts(order)[i]);
        }
      }
    }

    private static int closest(int length, List<NGrams> references) {
      int best = references.get(0).words();
      for (NGrams reference : references) {
        int distance = Math.abs(reference.words() - length);
        int bestDistance = Math.abs(best - length);
        if (distance < bestDistance || (distance == bestDistance && reference.words() < best)) {
          best = reference.words();
        }
      }
      return best;
    }

    void add(Tally other) {
      length += other.length;
      referenceLength += other.referenceLength;
      for (int order = 0; order < NGrams.ORDERS; order++) {
        guesses[order] += other.guesses[order];
        hits[order] += other.hits[order];
      }
    }

    double[] scores() {
      double ratio = (length + TINY) / (referenceLength + SMALL);
      double penalty = ratio < 1 ? Math.exp(1 - 1 / ratio) : 1;
      double[] scores = new double[NGrams.ORDERS];
      double product = 1;
      for (int order = 0; order < NGrams.ORDERS; order++) {
        product *= (hits[order] + TINY) / (guesses[order] + SMALL);
        scores[order] = Math.pow(product, 1.0 / (order + 1)) * penalty;
      }
      return scores;
    }
  }
}
