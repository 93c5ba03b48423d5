package io.llavasg.eval.metric;

import java.util.Map;
import java.util.regex.Pattern;

/** How Penn Treebank tokens write what is no word. */
final class PtbSymbols {
  private static final Map<String, String> WRITTEN =
      Map.ofEntries(
          Map.entry("[", "-lsb-"),
          Map.entry("]", "-rsb-"),
          Map.entry("{", "-lcb-"),
          Map.entry("}", "-rcb-"),
          Map.entry("€", "$"),
          Map.entry("¤", "$"),
          Map.entry("₠", "$"),
          Map.entry("\u0080", "$"),
          Map.entry("£", "#"),
          Map.entry("¢", "cents"),
          Map.entry("½", "1/2"),
          Map.entry("¼", "1/4"),
          Map.entry("¾", "3/4"),
          Map.entry("⅓", "1/3"),
          Map.entry("⅔", "2/3"),
          Map.entry("&amp;", "&"),
          Map.entry("&lt;", "<"),
          Map.entry("&gt;", ">"));

  /** Quotation marks, dashes and points: punctuation, however it is written. */
  private static final Pattern DROPPED =
      Pattern.compile(
          "[\"'`‘’‛“”«»‹›\u0091-\u0094]+|-{1,4}|[–—―\u0096\u0097]|\\.|\\.{3,5}|…|&quot;|&apos;");

  /** Symbols that are tokens; other characters between words are left out. */
  private static final Pattern KEPT =
      Pattern.compile(
          "[!-~\u0080\u00a1-\u00ff\u037e\u0387\u0589\u05be-\u05f4\u0600-\u070d\u07f6-\u07f8"
              + "\u0964\u0965\u0e3f\u0e4f\u2016\u2017\u201a-\u2044\u2070-\u208e\u20a0\u20a4\u20ac"
              + "\u2100-\u215f\u2190-\u244a\u2460-\u2bff\u3001\u3002\u3012\u30fb\uff01-\uff65"
              + "\uffe0-\uffe6\u0300-\u036f]");

  /** A clitic's apostrophe is written plainly, that of a name as it stands. */
  private static final Pattern CLITIC = Pattern.compile("(?i)n?[’\u0092](?:s|d|m|t|ll|re|ve)");

  private PtbSymbols() {}

  static boolean isDropped(String token) {
    return DROPPED.matcher(token).matches();
  }

  static boolean isKept(char symbol) {
    return KEPT.matcher(String.valueOf(symbol)).matches();
  }

  /** The token as it is written. */
  static String written(String token) {
    String written = WRITTEN.getOrDefault(token, token);
    if (CLITIC.matcher(token).matches()) {
      return "nN".indexOf(token.charAt(0)) >= 0
          ? token.charAt(0) + "'" + token.substring(2)
          : "'" + token.substring(1);
    }
    return written.replace("(", "-lrb-").replace(")", "-rrb-");
  }
}
