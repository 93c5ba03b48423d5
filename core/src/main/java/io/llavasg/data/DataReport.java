package io.llavasg.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a check found.
 *
 * @param samples of the data set
 * @param checked how many of them were looked at
 * @param decoded how many images of these were decoded whole
 * @param modalities how many are sound, of each kind
 * @param lengths how many sound ones have up to so many positions, before truncation
 * @param longest positions, before truncation
 * @param truncated how many are longer than the context
 * @param positions of all sound ones together, after truncation
 * @param answers tokens to be learned of these
 * @param withoutNodes how many images have no entity at all
 * @param omissions what was left out of sound ones
 * @param broken what is wrong with the others, a line each, the first so many
 * @param brokenCount how many they are
 */
public record DataReport(
    int samples,
    long checked,
    long decoded,
    Map<Sample.Modality, Long> modalities,
    Map<Integer, Long> lengths,
    int longest,
    long truncated,
    long positions,
    long answers,
    long withoutNodes,
    List<Omission> omissions,
    List<String> broken,
    long brokenCount) {

  public DataReport {
    modalities = Collections.unmodifiableMap(new EnumMap<>(modalities));
    lengths = Collections.unmodifiableMap(new TreeMap<>(lengths));
    omissions = List.copyOf(omissions);
    broken = List.copyOf(broken);
  }

  /** Share of the samples that were looked at. */
  public double share() {
    return (double) checked / samples;
  }

  /** Adds up. */
  static final class Builder {
    /** Broken samples that are told of; a data set with all paths wrong has as many as samples. */
    private static final int TOLD = 20;

    /** Width of a bar of the lengths' histogram. */
    private static final int BAR = 256;

    private final DataSet data;
    private final Map<Sample.Modality, Long> modalities = new EnumMap<>(Sample.Modality.class);
    private final Map<Integer, Long> lengths = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();
    private final Omission.Tally omissions = new Omission.Tally();
    private long brokenCount;
    private long sound;
    private long decoded;
    private int longest;
    private long truncated;
    private long positions;
    private long answers;
    private long withoutNodes;

    Builder(DataSet data) {
      this.data = data;
    }

    void add(Sample.Modality modality, ExampleMaker.Made made, boolean wasDecoded) {
      sound++;
      decoded += wasDecoded ? 1 : 0;
      modalities.merge(modality, 1L, Long::sum);
      lengths.merge(Math.ceilDiv(made.fullLength(), BAR) * BAR, 1L, Long::sum);
      longest = Math.max(longest, made.fullLength());
      truncated += made.isTruncated() ? 1 : 0;
      positions += made.example().length();
      answers += made.answers();
      boolean empty = made.example().nodes().map(nodes -> nodes.weights().isEmpty()).orElse(false);
      withoutNodes += empty ? 1 : 0;
      omissions.add(made.example().id(), made.leftOut());
    }

    void addBroken(String message) {
      brokenCount++;
      if (broken.size() < TOLD) {
        broken.add(message);
      }
    }

    long checked() {
      return sound + brokenCount;
    }

    DataReport build() {
      return new DataReport(
          data.count(),
          checked(),
          decoded,
          modalities,
          lengths,
          longest,
          truncated,
          positions,
          answers,
          withoutNodes,
          omissions.omissions(),
          broken,
          brokenCount);
    }
  }
}
