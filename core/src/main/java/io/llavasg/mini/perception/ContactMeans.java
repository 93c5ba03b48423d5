package io.llavasg.mini.perception;

import io.llavasg.mini.world.Contact;
import java.util.EnumMap;
import java.util.Map;

/** Means of what was measured of things: of all, and of those that lie against another. */
final class ContactMeans {
  private final Mean all = new Mean();
  private final Map<Contact, Mean> touching = new EnumMap<>(Contact.class);

  private static final class Mean {
    double sum;
    int count;

    void add(double value) {
      sum += value;
      count++;
    }

    double value() {
      return sum / count;
    }
  }

  /**
   * @param contact of the thing that it was measured of
   */
  void add(Contact contact, double value) {
    all.add(value);
    if (contact != Contact.NONE) {
      touching.computeIfAbsent(contact, one -> new Mean()).add(value);
    }
  }

  /** As figures: {@code name}, and {@code name, inside} and so on of what there was. */
  void into(Map<String, Double> figures, String name) {
    figures.put(name, all.value());
    touching.forEach(
        (contact, mean) ->
            figures.put("%s, %s".formatted(name, contact.word().orElseThrow()), mean.value()));
  }
}
