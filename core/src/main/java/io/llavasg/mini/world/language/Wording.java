package io.llavasg.mini.world.language;

/** How a question is put. */
enum Wording {
  /** As a user asks it. */
  SENTENCES,
  /** In the words that matter, such as {@code color dog}. */
  KEYWORDS;

  /** The key of templates. */
  String key(String question) {
    return this == KEYWORDS ? "keywords_" + question : question;
  }
}
