package io.llavasg.data;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * In which order an epoch visits the samples, as LLaVA's length-grouped sampler has it: samples are
 * drawn by chance into batches, a batch is ordered by dealing its samples to micro-batches of about
 * the same number of words (the trainer orders it anew, by length), and the batches of the two
 * modalities come in a chance order, what is left of both at the end as one batch. The chance is
 * {@link Random}'s, which is specified to the bit.
 *
 * @param lengths words of each sample; negative for those without an image
 * @param microBatches of a batch
 */
@SuppressWarnings("ArrayRecordComponent")
record SampleOrder(int[] lengths, Grouping grouping, int batch, int microBatches, long seed) {

  SampleOrder {
    if (batch < 1 || microBatches < 1 || batch % microBatches != 0) {
      throw LlavaSgException.user(
          "a batch of %d samples cannot be split into %d equal micro-batches", batch, microBatches);
    }
  }

  /** The samples of an epoch, counted from 0: each once. */
  int[] epoch(int epoch) {
    Random random = new Random(seed * 1_000_003L + epoch);
    if (grouping == Grouping.NONE) {
      return shuffled(IntStream.range(0, lengths.length).toArray(), random);
    }
    int[] images = shuffled(ofModality(Sample.Modality.IMAGE), random);
    int[] texts = shuffled(ofModality(Sample.Modality.TEXT), random);
    return grouped(images, texts, n -> shuffled(IntStream.range(0, n).toArray(), random));
  }

  int[] ofModality(Sample.Modality modality) {
    return IntStream.range(0, lengths.length)
        .filter(i -> (lengths[i] > 0) == (modality == Sample.Modality.IMAGE))
        .toArray();
  }

  /**
   * The order, from the drawn order of each modality.
   *
   * @param permutation gives a chance order of 0 … n−1
   */
  int[] grouped(int[] images, int[] texts, IntFunction<int[]> permutation) {
    if (images.length == 0 || texts.length == 0) {
      return joined(batches(images.length == 0 ? texts : images));
    }
    List<int[]> imageBatches = batches(images);
    List<int[]> textBatches = batches(texts);
    int[] rest = joined(List.of(imageBatches.removeLast(), textBatches.removeLast()));
    Arrays.sort(rest);
    List<int[]> whole = new ArrayList<>(imageBatches);
    whole.addAll(textBatches);
    int[] places = permutation.apply(whole.size());
    List<int[]> all = new ArrayList<>();
    for (int place : places) {
      all.add(whole.get(place));
    }
    all.add(rest);
    return joined(all);
  }

  /** Batches in the drawn order, the last perhaps short; each made of even micro-batches. */
  private List<int[]> batches(int[] drawn) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < drawn.length; from += batch) {
      int[] members = Arrays.copyOfRange(drawn, from, Math.min(from + batch, drawn.length));
      batches.add(even(longestFirst(members)));
    }
    return batches;
  }

  private int[] longestFirst(int[] members) {
    return Arrays.stream(members)
        .boxed()
        .sorted(Comparator.comparingInt(i -> -Math.abs(lengths[i])))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Deals samples, longest first, each to the micro-batch with the fewest words so far. */
  private int[] even(int[] members) {
    List<List<Integer>> micro = new ArrayList<>();
    for (int i = 0; i < microBatches; i++) {
      micro.add(new ArrayList<>());
    }
    if (members.length % microBatches != 0) {
      for (int i = 0; i < members.length; i++) {
        micro.get(i % microBatches).add(members[i]);
      }
      return joinedLists(micro);
    }
    int size = members.length / microBatches;
    long[] words = new long[microBatches];
    for (int member : members) {
      int fewest = 0;
      for (int i = 1; i < microBatches; i++) {
        fewest = words[i] < words[fewest] ? i : fewest;
      }
      micro.get(fewest).add(member);
      boolean full = micro.get(fewest).size() == size;
      words[fewest] = full ? Long.MAX_VALUE : words[fewest] + Math.abs(lengths[member]);
    }
    return joinedLists(micro);
  }

  private static int[] joinedLists(List<List<Integer>> parts) {
    return parts.stream().flatMap(List::stream).mapToInt(Integer::intValue).toArray();
  }

  private static int[] joined(List<int[]> parts) {
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /** Fisher and Yates's shuffle, in place. */
  private static int[] shuffled(int[] members, Random random) {
    for (int i = members.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int member = members[i];
      members[i] = members[other];
      members[other] = member;
    }
    return members;
  }
}
