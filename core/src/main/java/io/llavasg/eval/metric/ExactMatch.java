package io.llavasg.eval.metric;

import java.util.Locale;

/**
 * Equality that ignores case and ASCII punctuation: GQA's and the relation questions' metric.
 * Blanks around the answer are ignored, too, but not those that punctuation leaves behind.
 */
public final class ExactMatch {
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private ExactMatch() {}

  /** Whether the answer is the reference. */
  public static boolean of(String answer, String reference) {
    return bare(Whitespace.strip(answer)).equals(bare(reference));
  }

  private static String bare(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    String lower = text.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (PUNCTUATION.indexOf(c) < 0) {
        kept.append(c);
      }
    }
    return kept.toString();
  }
}
