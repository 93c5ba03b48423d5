package io.llavasg.eval.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * CIDEr as the COCO evaluation computes it (Vedantam and others 2015, with the D variant's clipping
 * and length penalty): n-grams of one to four words, weighted by their count times the logarithm of
 * images / images in whose references they occur; the mean over orders and references of clipped
 * cosines, times ten.
 */
public final class Cider {
  private static final double SIGMA = 6;
  private static final double SCALE = 10;

  /** Of every n-gram, by its number: log(images / images in whose references it occurs). */
  private final double[] rarity;

  private Cider(double[] rarity) {
    this.rarity = rarity;
  }

  /** Scores captions; document frequencies come from their own references. */
  public static CaptionScores of(Captions captions) {
    NGrams.Index index = new NGrams.Index();
    List<List<NGrams>> references =
        captions.references().stream()
            .map(texts -> texts.stream().map(index::count).toList())
            .toList();
    List<NGrams> candidates = captions.candidates().stream().map(index::count).toList();
    Cider cider = new Cider(rarity(references, index.size()));
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      scores.add(cider.score(candidates.get(i), references.get(i)));
    }
    return CaptionScores.mean(scores);
  }

  private static double[] rarity(List<List<NGrams>> references, int ngrams) {
    int[] frequency = new int[ngrams];
    int[] lastImage = new int[ngrams];
    for (int image = 1; image <= references.size(); image++) {
      for (NGrams reference : references.get(image - 1)) {
        for (int order = 0; order < NGrams.ORDERS; order++) {
          for (int id : reference.ids(order)) {
            frequency[id] += lastImage[id] == image ? 0 : 1;
            lastImage[id] = image;
          }
        }
      }
    }
    double[] logarithms = new double[references.size() + 1];
    for (int i = 2; i < logarithms.length; i++) {
      logarithms[i] = Math.log(i);
    }
    double logImages = Math.log(references.size());
    double[] rarity = new double[ngrams];
    for (int id = 0; id < ngrams; id++) {
      rarity[id] = logImages - logarithms[frequency[id]];
    }
    return rarity;
  }

  private double score(NGrams candidate, List<NGrams> references) {
    Weights weights = weights(candidate);
    double sum = 0;
    for (NGrams reference : references) {
      Weights theirs = weights(reference);
      double difference = bigrams(candidate) - bigrams(reference);
      double penalty = Math.exp(-difference * difference / (2 * SIGMA * SIGMA));
      for (int order = 0; order < NGrams.ORDERS; order++) {
        double product =
            product(
                candidate.ids(order),
                weights.values[order],
                reference.ids(order),
                theirs.values[order]);
        double norms = weights.norms[order] * theirs.norms[order];
        sum += penalty * (norms == 0 ? product : product / norms);
      }
    }
    return SCALE * sum / NGrams.ORDERS / references.size();
  }

  /** A caption's length, as the evaluation measures it. */
  private static int bigrams(NGrams caption) {
    return Math.max(0, caption.words() - 1);
  }

  /** A caption's vectors by order, and their lengths. */
  private static final class Weights {
    private final double[][] values = new double[NGrams.ORDERS][];
    private final double[] norms = new double[NGrams.ORDERS];
  }

  private Weights weights(NGrams caption) {
    Weights weights = new Weights();
    for (int order = 0; order < NGrams.ORDERS; order++) {
      int[] ids = caption.ids(order);
      int[] counts = caption.counts(order);
      double[] values = new double[ids.length];
      double squares = 0;
      for (int i = 0; i < ids.length; i++) {
        values[i] = counts[i] * rarity[ids[i]];
        squares += values[i] * values[i];
      }
      weights.values[order] = values;
      weights.norms[order] = Math.sqrt(squares);
    }
    return weights;
  }

  /** The product of two vectors, where a candidate's weight counts at most as the reference's. */
  private static double product(int[] ids, double[] weights, int[] theirIds, double[] theirs) {
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
    return product;
  }
}
