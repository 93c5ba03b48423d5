package io.llavasg.eval.metric;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * CIDEr as the COCO evaluation computes it (Vedantam and others 2015, with the D variant's clipping
 * and length penalty): n-grams of one to four words, weighted by their count times the logarithm of
 * images / images in whose references they occur; the mean over orders and references of clipped
 * cosines, times ten.
 */
public final class Cider {
  private static final double SIGMA = 6;
  private static final double SCALE = 10;

  private final int[] documentFrequency;
  private final double logImages;

  private Cider(int[] documentFrequency, double logImages) {
    this.documentFrequency = documentFrequency;
    this.logImages = logImages;
  }

  /** Scores captions; document frequencies come from their own references. */
  public static CaptionScores of(Captions captions) {
    NGrams.Index index = new NGrams.Index();
    List<List<NGrams>> references =
        captions.references().stream()
            .map(texts -> texts.stream().map(index::count).toList())
            .toList();
    List<NGrams> candidates = captions.candidates().stream().map(index::count).toList();
    Cider cider =
        new Cider(documentFrequency(references, index.size()), Math.log(references.size()));
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      scores.add(cider.score(candidates.get(i), references.get(i)));
    }
    return CaptionScores.mean(scores);
  }

  private static int[] documentFrequency(List<List<NGrams>> references, int ngrams) {
    int[] frequency = new int[ngrams];
    Set<Integer> seen = new HashSet<>();
    for (List<NGrams> image : references) {
      seen.clear();
      for (NGrams reference : image) {
        for (int order = 0; order < NGrams.ORDERS; order++) {
          for (int id : reference.ids(order)) {
            seen.add(id);
          }
        }
      }
      seen.forEach(id -> frequency[id]++);
    }
    return frequency;
  }

  private double score(NGrams candidate, List<NGrams> references) {
    double[][] weights = weights(candidate);
    double sum = 0;
    for (NGrams reference : references) {
      double[][] theirs = weights(reference);
      double difference = bigrams(candidate) - bigrams(reference);
      double penalty = Math.exp(-difference * difference / (2 * SIGMA * SIGMA));
      for (int order = 0; order < NGrams.ORDERS; order++) {
        sum +=
            penalty
                * cosine(candidate.ids(order), weights[order], reference.ids(order), theirs[order]);
      }
    }
    return SCALE * sum / NGrams.ORDERS / references.size();
  }

  /** A caption's length, as the evaluation measures it. */
  private static int bigrams(NGrams caption) {
    return Math.max(0, caption.words() - 1);
  }

  private double[][] weights(NGrams caption) {
    double[][] weights = new double[NGrams.ORDERS][];
    for (int order = 0; order < NGrams.ORDERS; order++) {
      int[] ids = caption.ids(order);
      weights[order] = new double[ids.length];
      for (int i = 0; i < ids.length; i++) {
        double frequency = Math.log(Math.max(1, documentFrequency[ids[i]]));
        weights[order][i] = caption.counts(order)[i] * (logImages - frequency);
      }
    }
    return weights;
  }

  /** The cosine of two vectors, where a candidate's weight counts at most as the reference's. */
  private static double cosine(int[] ids, double[] weights, int[] theirIds, double[] theirs) {
    double product = 0;
    for (int i = 0, j = 0; i < ids.length && j < theirIds.length; ) {
      if (ids[i] == theirIds[j]) {
        product += Math.min(weights[i], theirs[j]) * theirs[j];
        i++;
        j++;
      } else if (ids[i] < theirIds[j]) {
        i++;
      } else {
        j++;
      }
    }
    double norms = norm(weights) * norm(theirs);
    return norms == 0 ? product : product / norms;
  }

  private static double norm(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight * weight;
    }
    return Math.sqrt(sum);
  }
}
