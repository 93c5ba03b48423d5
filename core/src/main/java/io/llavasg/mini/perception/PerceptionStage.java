package io.llavasg.mini.perception;

import io.llavasg.mini.world.Contact;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is trained of perception. */
public enum PerceptionStage {
  BACKBONE(2000, 3, List.of()),
  TAGGER(800, 0, List.of(Contact.INSIDE, Contact.BEHIND)),
  DETECTOR(4400, 1, List.of(Contact.INSIDE, Contact.BEHIND)),
  SEGMENTER(3000, 2, List.of(Contact.INSIDE, Contact.BEHIND));

  /** Of so many pictures in a row, each of a stage's contacts is sure to be in one. */
  private static final int ROUND = 4;

  private final int steps;
  private final int number;
  private final List<Contact> contacts;

  PerceptionStage(int steps, int number, List<Contact> contacts) {
    this.steps = steps;
    this.number = number;
    this.contacts = contacts;
  }

  /** Tells the stages' random numbers apart. */
  int number() {
    return number;
  }

  /** Of a training that is long enough. */
  public int steps() {
    return steps;
  }

  /** Which contacts are sure to be seen. */
  List<Contact> contacts() {
    return contacts;
  }

  /**
   * What is to be seen in a step's picture of this number; empty: whatever comes. Things are
   * hardest to find, and to tell from each other, where they touch, and by chance few do.
   */
  Optional<Contact> shown(int picture) {
    int place = picture % ROUND;
    return place < contacts.size() ? Optional.of(contacts.get(place)) : Optional.empty();
  }

  /** As users write it, and as the folder of its checkpoint is called. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
