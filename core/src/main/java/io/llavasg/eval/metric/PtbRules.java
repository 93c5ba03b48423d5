package io.llavasg.eval.metric;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything that a Penn Treebank token can be beyond one symbol; the longest match is the token.
 */
final class PtbRules {
  /** A letter or a mark on one, without the scripts beyond the basic plane. */
  private static final String LETTER = "[\\p{L}\\p{Mn}\\p{Mc}&&[\u0000-\uffff]&&[^\ufe00-\ufe0f]]";

  private static final String BARE_LETTER = "[\\p{L}&&[\u0000-\uffff]]";
  private static final String ALNUM =
      "[\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}&&[\u0000-\uffff]&&[^\ufe00-\ufe0f]]";
  private static final String BARE_ALNUM = "[\\p{L}\\p{Nd}&&[\u0000-\uffff]]";
  private static final String QUOTE = "['’\u0092]";

  /** d'Artagnan, o'clock, L'Oréal. */
  private static final String ELISION = "[A-HJ-XZdlno]" + QUOTE + BARE_LETTER + "{2,}";

  private static final String NOT_IN_ADDRESS = "[^\\s\u00a0\"<>|(){}]";

  /** Before these a letter with a full stop ends a sentence, and is no initial. */
  private static final String SENTENCE_STARTS =
      "A|About|According|After|An|As|At|But|Earlier|He|Her|Here|However|If|In|It|Last|Many|More"
          + "|Mr\\.|Ms\\.|Now|Once|One|Other|Our|She|Since|So|Some|Such|That|The|Their|Then|There"
          + "|These|They|This|We|What|When|While|Yet|You";

  private static final String PART = "[A-Za-z0-9]+(?:-[A-Za-z]+){0,2}";

  /** What may start with a letter, with a digit, and with anything else. */
  private static final List<List<Pattern>> BY_START =
      List.of(
          patterns(words(), compounds(), elisions(), addresses()),
          patterns(words(), compounds(), numbers(), addresses()),
          patterns(numbers(), clitics(), addresses(), marks()));

  /** A word before n't ends before the n. */
  private static final Pattern NEGATION = Pattern.compile(LETTER + "*(?=[nN][`'’\u0092][tT])");

  private static final int NEGATED = 3;

  private final String text;
  private final Matcher matcher;

  PtbRules(String text) {
    this.text = text;
    this.matcher = NEGATION.matcher(text).useTransparentBounds(true);
  }

  private static List<Pattern> patterns(String[]... rules) {
    return Arrays.stream(rules).flatMap(Arrays::stream).map(Pattern::compile).toList();
  }

  private static String[] words() {
    return new String[] {
      ALNUM + "+(?:[.!?]" + LETTER + ALNUM + "*)*",
      "[A-Za-z](?:\\.[A-Za-z])+\\.",
      "[A-Za-z]\\.(?!\\s*$|\\s+(?:" + SENTENCE_STARTS + ")\\s)",
      PtbAbbreviations.pattern(),
      "Ph\\.D\\.?",
      // Whatever ends in a full stop before a comma
      ALNUM + "+\\.(?=[,;:])",
    };
  }

  private static String[] compounds() {
    return new String[] {
      // 10,000-seat, U.S.-based, St.-Louis
      "[A-Za-z0-9][A-Za-z0-9.,]*(?:-(?:[A-Za-z](?:\\.[A-Za-z])+\\.|[A-Za-z0-9]+))+",
      BARE_ALNUM + "+(?:[-_‐‑]" + BARE_ALNUM + "+)+",
      // four-o'clock
      "(?:" + BARE_ALNUM + "+-)+" + ELISION,
      ELISION + "(?:-" + BARE_ALNUM + "+)+",
      // and/or, 3/4-inch
      PART + "(?:/" + PART + "){1,2}",
      // AT&T
      "[A-Z]+(?:[&+][A-Z]+)+",
      "[CcFf]#|[Cc]\\+\\+",
      // US$
      "[A-Z]{1,3}\\$",
    };
  }

  private static String[] numbers() {
    return new String[] {
      "[-+]?[.,:]?\\p{Nd}+(?:[.,:]\\p{Nd}+)*",
      "\\d+[- ]\\d+/\\d+",
      // Telephone numbers
      "(?:\\(\\d{2,3}\\) ?|\\+{0,2}(?:\\d{2,4}[- ])?\\d{2,4}[- ])\\d{3,4}[- ]?\\d{3,5}",
    };
  }

  private static String[] elisions() {
    return new String[] {
      "[nN][`'’\u0092][tT]",
      ELISION,
      "[dDjJlL]" + QUOTE,
      "[yY]" + QUOTE + "(?=" + BARE_LETTER + ")",
      // ma'am, qu'il
      BARE_LETTER + "+[aeiouyAEIOUY]" + QUOTE + "[aeiouA-Z]" + BARE_LETTER + "*",
      "(?i:c'est|c'mon|cap'n|e'er|s'mores|ev'ry|li'l|nat'l|nor'easter|cont'd\\.)",
      "(?i:(?:ol|dunkin|somethin)" + QUOTE + "(?!\\p{L}))",
    };
  }

  private static String[] clitics() {
    return new String[] {
      QUOTE + "(?:[sdmSDM]|ll|LL|re|RE|ve|VE)(?!" + LETTER + ")",
      "(?i:" + QUOTE + "(?:em|till?|cause)(?!\\p{L}))",
      "(?i:" + QUOTE + "n(?:" + QUOTE + "|(?!" + LETTER + ")))",
      "(?i:" + QUOTE + "t(?=is|was))",
      QUOTE + "[2-9]0s",
      QUOTE + "\\d\\d(?=\\s|$)",
    };
  }

  private static String[] addresses() {
    return new String[] {
      "(?i:https?)://[^\\s\u00a0\"<>|()]+\\.[^\\s\u00a0\"<>|()]*[^\\s\u00a0\"<>|().!?,;:'-]",
      "www\\.[^\\s\u00a0\"<>|()]*[^\\s\u00a0\"<>|().!?,;:'-]",
      NOT_IN_ADDRESS + "+@" + NOT_IN_ADDRESS + "+(?<!\\.)",
      "@[A-Za-z][A-Za-z0-9_]*",
      "#" + BARE_LETTER + "+",
      "</?[A-Za-z!?][^<>\u00a0]*>",
      "&(?:amp|lt|gt|quot|apos);",
    };
  }

  private static String[] marks() {
    return new String[] {
      "[<>]?[:;=](?:[-o*']?[()DdPpO|\\\\@\\[\\]{3])(?!" + ALNUM + ")",
      "\\^_\\^|>_<|-_-",
      "[?!]+|_+|\\*+|#+|@+|-+|\\.{3,5}|<<|>>",
    };
  }

  /** Where the longest match from {@code start} on ends; {@code start} if nothing matches. */
  int longest(int start) {
    char first = text.charAt(start);
    int kind = Character.isLetter(first) ? 0 : Character.isDigit(first) ? 1 : 2;
    int end = start;
    for (Pattern pattern : BY_START.get(kind)) {
      end = Math.max(end, end(pattern, start));
    }
    // The word with n't is longer than the word alone, though only what is before n't is taken.
    int before = end(NEGATION, start);
    return before > start && end < before + NEGATED ? before : end;
  }

  private int end(Pattern pattern, int start) {
    matcher.usePattern(pattern).region(start, text.length());
    return matcher.lookingAt() ? matcher.end() : start;
  }
}
