package io.llavasg.eval.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Penn Treebank tokens of a caption, as the COCO evaluation takes them: in lower case, without
 * punctuation, contractions split (<i>do n't</i>, <i>man 's</i>, <i>can not</i>), brackets as words
 * of their own (<i>-lrb-</i>), abbreviations with their full stop.
 *
 * <p>The evaluation runs Stanford CoreNLP's tokenizer (3.4.1), which may not be shipped here; this
 * one was made from its results. At every place the longest of {@link PtbRules} decides, as there;
 * words of plain letters, which captions consist of, take a short cut. Control characters that
 * break a line there, so that all later captions get out of step, are blanks here.
 */
public final class PtbTokenizer {
  /** What the COCO evaluation leaves out. */
  private static final Set<String> PUNCTUATION =
      Set.of("''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";");

  /** Words that are two. */
  private static final Map<String, Integer> MERGED =
      Map.of("cannot", 3, "gonna", 3, "gotta", 3, "wanna", 3, "gimme", 3, "lemme", 3);

  private static final char NO_BREAK = '\u00a0';
  private static final String SOFT_HYPHEN = "\u00ad";

  private final String text;
  private final List<String> tokens = new ArrayList<>();
  private Optional<PtbRules> rules = Optional.empty();
  private int at;

  private PtbTokenizer(String text) {
    this.text = text;
  }

  /**
   * The caption's words in lower case, without punctuation. A word may have no-break spaces in it:
   * 1&nbsp;1/2 is one.
   */
  public static List<String> tokenize(String caption) {
    PtbTokenizer tokenizer = new PtbTokenizer(caption.replace(SOFT_HYPHEN, ""));
    tokenizer.run();
    return tokenizer.tokens;
  }

  private void run() {
    while (at < text.length()) {
      if (Whitespace.is(text.charAt(at)) || isMark()) {
        at++;
      } else if (!plainWord()) {
        int end = rules().longest(at);
        if (end > at) {
          add(text.substring(at, end));
          at = end;
        } else {
          addSymbol(text.charAt(at));
          at++;
        }
      }
    }
  }

  private PtbRules rules() {
    PtbRules known = rules.orElseGet(() -> new PtbRules(text));
    rules = Optional.of(known);
    return known;
  }

  /** Whether here is a comma or a full stop with nothing behind it. */
  private boolean isMark() {
    char c = text.charAt(at);
    return (c == '.' || c == ',')
        && (at + 1 == text.length() || Whitespace.is(text.charAt(at + 1)));
  }

  /** Takes a word of ASCII letters, with what may be behind it, where nothing else can be meant. */
  private boolean plainWord() {
    int end = at;
    while (end < text.length() && isLetter(text.charAt(end))) {
      end++;
    }
    if (end == at) {
      return false;
    }
    boolean stopped = end < text.length() && text.charAt(end) == '.';
    boolean marked = stopped || (end < text.length() && text.charAt(end) == ',');
    int next = marked ? end + 1 : end;
    if (next < text.length() && !Whitespace.is(text.charAt(next))) {
      return false;
    }
    String word = text.substring(at, end);
    if (stopped && PtbAbbreviations.mayBe(word)) {
      return false;
    }
    addWord(word);
    at = next;
    return true;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private void addWord(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    int split = MERGED.getOrDefault(lower, 0);
    if (split > 0) {
      tokens.add(lower.substring(0, split));
    }
    tokens.add(lower.substring(split));
  }

  private void add(String token) {
    if (PtbSymbols.isDropped(token)) {
      return;
    }
    String written = PtbSymbols.written(token.replace(' ', NO_BREAK));
    if (!PUNCTUATION.contains(written)) {
      addWord(written);
    }
  }

  /** A character that is no part of anything longer. */
  private void addSymbol(char symbol) {
    String token = String.valueOf(symbol);
    if (PtbSymbols.isKept(symbol)) {
      add(token);
    }
  }
}
