package io.llavasg.mini.world.language;

import java.util.ArrayList;
import java.util.List;

/**
 * What is there in as few words as hold it. Their order says nothing, so that nothing is lost if a
 * note is read at one glance, as a sum of its words.
 */
public record Note(List<Word> words) {

  /**
   * A word of a note.
   *
   * @param share how much of it: 1, or less if the thing is partly one and partly another
   */
  public record Word(String text, double share) {}

  public Note {
    words = List.copyOf(words);
  }

  static Note of(String... texts) {
    return new Note(List.of(texts).stream().map(text -> new Word(text, 1)).toList());
  }

  Note and(List<Word> more) {
    List<Word> all = new ArrayList<>(words);
    all.addAll(more);
    return new Note(all);
  }
}
