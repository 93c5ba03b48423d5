package io.llavasg.mini.world.language;

import java.util.Locale;

/** What is new in a test question beside its scene. */
public enum TestPart {
  /** Nothing: training has this template, and names this pair. */
  KNOWN,
  /** The template. */
  TEMPLATE,
  /** The pair of entities in this relation. */
  PAIR,
  /** Both. */
  TEMPLATE_AND_PAIR;

  static TestPart of(boolean template, boolean pair) {
    if (template) {
      return pair ? TEMPLATE_AND_PAIR : TEMPLATE;
    }
    return pair ? PAIR : KNOWN;
  }

  /** The name in files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
