package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Kind;
import java.util.Locale;

/**
 * Is there one of a kind in the image?
 *
 * @param sampling how what is not there was chosen; what is there is in all three
 */
public record PopeQuestion(Sampling sampling, Kind kind, boolean present) {

  /** POPE's three ways of choosing what is not there. */
  public enum Sampling {
    /** Any kind. */
    RANDOM,
    /** The kinds that most scenes have. */
    POPULAR,
    /** The kinds that are most often beside those that are there. */
    ADVERSARIAL;

    /** The name in files. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The question in POPE's words, which training knows. */
  public String text() {
    return "Is there %s in the image?".formatted(Words.withArticle(kind.word()));
  }

  /** {@code yes} or {@code no}. */
  public String label() {
    return present ? "yes" : "no";
  }
}
