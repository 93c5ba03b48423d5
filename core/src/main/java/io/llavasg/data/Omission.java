package io.llavasg.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Something that was left out of samples, counted.
 *
 * @param count of entities or turns
 * @param samples that they were left out of; one that is visited twice counts twice
 * @param first ids of the first few of these
 */
public record Omission(Kind kind, long count, long samples, List<String> first) {

  /** What may be left out; {@code key} is for machines, {@code words} are for people. */
  public enum Kind {
    OFF_CANVAS("entities_off_canvas", "entities without a pixel that the model sees"),
    SURPLUS("entities_surplus", "entities beyond the most that a scene graph takes"),
    OPENINGS("first_turns", "first turns that were the assistant's");

    private final String key;
    private final String words;

    Kind(String key, String words) {
      this.key = key;
      this.words = words;
    }

    public String key() {
      return key;
    }
  }

  public Omission {
    first = List.copyOf(first);
  }

  /** A line for people. */
  @Override
  public String toString() {
    return "left out: %d %s, of %d samples: %s%s"
        .formatted(
            count,
            kind.words,
            samples,
            String.join(", ", first),
            samples > first.size() ? ", …" : "");
  }

  /** Adds up; not for several threads at once. */
  static final class Tally {
    private static final int NAMED = 3;

    private final Map<Kind, Omission> omissions = new EnumMap<>(Kind.class);

    void add(String sample, LeftOut leftOut) {
      add(Kind.OFF_CANVAS, sample, leftOut.offCanvas());
      add(Kind.SURPLUS, sample, leftOut.surplus());
      add(Kind.OPENINGS, sample, leftOut.openings());
    }

    private void add(Kind kind, String sample, int count) {
      if (count == 0) {
        return;
      }
      Omission before = omissions.getOrDefault(kind, new Omission(kind, 0, 0, List.of()));
      List<String> named = new ArrayList<>(before.first);
      if (named.size() < NAMED && !named.contains(sample)) {
        named.add(sample);
      }
      omissions.put(kind, new Omission(kind, before.count + count, before.samples + 1, named));
    }

    /** What was left out at all. */
    List<Omission> omissions() {
      return List.copyOf(omissions.values());
    }
  }
}
