package io.llavasg.mini.model;

import io.llavasg.text.SentencePieceModel;
import io.llavasg.text.SentencePieceModel.Piece;
import io.llavasg.text.SentencePieceModel.PieceType;
import io.llavasg.text.SentencePieceModel.SpecialIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns a vocabulary by byte-pair encoding (Sennrich et al., 2016), laid out as LLaMA's: {@code
 * <unk>}, {@code <s>}, {@code </s>}, 256 byte pieces for what has no other, then pieces in the
 * order in which they were joined, single characters last. A piece is within a word, its space in
 * front, or within what stands between two words.
 */
final class BytePairTraining implements Consumer<String> {
  static final String SPACE = "▁";

  /** Letters with a space before them, a digit, or a run of neither. */
  private static final Pattern WORD = Pattern.compile("▁?\\p{L}+|▁?\\p{Nd}|▁|[^▁\\p{L}\\p{Nd}]+");

  private static final int FIRST_FREE = 3 + 256;

  private final Map<String, Long> words = new TreeMap<>();

  /** Counts a text's words. */
  @Override
  public void accept(String text) {
    Matcher matcher = WORD.matcher(SPACE + text.replace(" ", SPACE));
    while (matcher.find()) {
      if (matcher.group().chars().noneMatch(Character::isISOControl)) {
        words.merge(matcher.group(), 1L, Long::sum);
      }
    }
  }

  /** A word in the making: its pieces so far. */
  private record Word(List<String> pieces, long count) {}

  private record Pair(String left, String right) {
    static final Comparator<Pair> ORDER =
        Comparator.comparing(Pair::left).thenComparing(Pair::right);

    String joined() {
      return left + right;
    }
  }

  /** Of equally frequent pairs the first in order. */
  private static final Comparator<Map.Entry<Pair, Long>> MOST_FREQUENT =
      Map.Entry.<Pair, Long>comparingByValue(Comparator.reverseOrder())
          .thenComparing(Map.Entry.comparingByKey(Pair.ORDER));

  /**
   * The vocabulary of what was counted.
   *
   * @param most pieces; fewer if every word is one before
   */
  SentencePieceModel model(int most) {
    Set<String> characters = new TreeSet<>(printable());
    List<Word> all = new ArrayList<>();
    words.forEach(
        (word, count) -> {
          List<String> pieces = word.codePoints().mapToObj(Character::toString).toList();
          characters.addAll(pieces);
          all.add(new Word(new ArrayList<>(pieces), count));
        });
    Set<String> joined = new LinkedHashSet<>();
    while (FIRST_FREE + joined.size() + characters.size() < most) {
      Map<Pair, Long> counts = pairs(all);
      if (counts.isEmpty()) {
        break;
      }
      Pair best = Collections.min(counts.entrySet(), MOST_FREQUENT).getKey();
      joined.add(best.joined());
      all.forEach(word -> join(word.pieces, best));
    }
    return model(joined, characters);
  }

  /** What a user may type. */
  private static List<String> printable() {
    List<String> characters = new ArrayList<>();
    for (char c = '!'; c <= '~'; c++) {
      characters.add(String.valueOf(c));
    }
    characters.add(SPACE);
    return characters;
  }

  private static Map<Pair, Long> pairs(List<Word> words) {
    Map<Pair, Long> counts = new HashMap<>();
    for (Word word : words) {
      for (int i = 0; i + 1 < word.pieces.size(); i++) {
        counts.merge(new Pair(word.pieces.get(i), word.pieces.get(i + 1)), word.count, Long::sum);
      }
    }
    return counts;
  }

  private static void join(List<String> pieces, Pair pair) {
    for (int i = 0; i + 1 < pieces.size(); i++) {
      if (pieces.get(i).equals(pair.left) && pieces.get(i + 1).equals(pair.right)) {
        pieces.set(i, pair.joined());
        pieces.remove(i + 1);
      }
    }
  }

  private static SentencePieceModel model(Set<String> joined, Set<String> characters) {
    List<Piece> pieces = new ArrayList<>();
    pieces.add(new Piece("<unk>", 0, PieceType.UNKNOWN));
    pieces.add(new Piece("<s>", 0, PieceType.CONTROL));
    pieces.add(new Piece("</s>", 0, PieceType.CONTROL));
    for (int value = 0; value < 256; value++) {
      pieces.add(new Piece(String.format("<0x%02X>", value), 0, PieceType.BYTE));
    }
    joined.forEach(text -> pieces.add(normal(text, pieces.size())));
    characters.forEach(text -> pieces.add(normal(text, pieces.size())));
    return new SentencePieceModel(pieces, true, true, new SpecialIds(0, 1, 2, -1));
  }

  /** The earlier, the sooner its parts are joined. */
  private static Piece normal(String text, int id) {
    return new Piece(text, FIRST_FREE - id, PieceType.NORMAL);
  }
}
