package io.llavasg.mini.perception;

import io.llavasg.mini.world.Kind;
import io.llavasg.text.WordPieceVocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The detector's words. What has a meaning of its own stands where bert-base-uncased has it, since
 * Grounding-DINO knows the ends of phrases by their numbers; the places between are unused, as the
 * first of that vocabulary are.
 */
final class WorldVocabulary {
  private static final Map<Integer, String> PUBLISHED =
      Map.of(
          0, "[PAD]", 100, "[UNK]", 101, "[CLS]", 102, "[SEP]", 103, "[MASK]", 1012, ".", 1029,
          "?");

  private static final int WORDS = 1030;

  private WorldVocabulary() {}

  static WordPieceVocabulary of(List<Kind> kinds) {
    List<String> pieces = new ArrayList<>();
    for (int id = 0; id < WORDS; id++) {
      pieces.add(PUBLISHED.getOrDefault(id, "[unused" + id + "]"));
    }
    kinds.forEach(kind -> pieces.add(kind.word()));
    return new WordPieceVocabulary(pieces, true);
  }
}
