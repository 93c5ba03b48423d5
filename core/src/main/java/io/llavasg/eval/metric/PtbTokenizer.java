package io.llavasg.eval.metric;

import java.util.List;
import java.util.Locale;

/** Penn Treebank tokens of a caption. */
public final class PtbTokenizer {
  private PtbTokenizer() {}

  /** The caption's words in lower case, without punctuation. */
  public static List<String> tokenize(String caption) {
    return Whitespace.split(caption.toLowerCase(Locale.ROOT));
  }
}
