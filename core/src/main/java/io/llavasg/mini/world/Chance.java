package io.llavasg.mini.world;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Random numbers that split: SplitMix64, written out so that a seed means the same for good. Not
 * for use by several threads; give each its own split.
 */
public final class Chance {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long state;

  private Chance(long seed) {
    this.seed = seed;
    state = seed;
  }

  /** The numbers of a seed. */
  public static Chance of(long seed) {
    return new Chance(mix(seed + GOLDEN));
  }

  /** Other numbers for each key, whatever was drawn from this one before. */
  public Chance split(long key) {
    return new Chance(mix(seed ^ mix(key * GOLDEN + GOLDEN)));
  }

  /** Other numbers for each name. */
  public Chance split(String name) {
    return split(hash(name));
  }

  /** A hash of a text that no release changes: FNV-1a, then mixed. */
  static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
    }
    return mix(hash);
  }

  /** SplitMix64's finaliser: a bijection whose every output bit depends on every input bit. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  public long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** Of 0 … bound − 1. */
  public int below(int bound) {
    return (int) (((next() >>> 33) * bound) >>> 31);
  }

  /** From 0 up to but without 1. */
  public double unit() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  public double between(double low, double high) {
    return low + (high - low) * unit();
  }

  public boolean happens(double probability) {
    return unit() < probability;
  }

  /** One of a list that is not empty. */
  public <T> T pick(List<T> list) {
    return list.get(below(list.size()));
  }

  /** An index, each as likely as its weight says. */
  public int weighted(int... weights) {
    int total = 0;
    for (int weight : weights) {
      total += weight;
    }
    int at = below(total);
    int index = 0;
    while (at >= weights[index]) {
      at -= weights[index++];
    }
    return index;
  }

  /** A copy in chance order (Fisher and Yates). */
  public <T> List<T> shuffled(List<T> list) {
    List<T> shuffled = new ArrayList<>(list);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      int other = below(i + 1);
      T kept = shuffled.get(i);
      shuffled.set(i, shuffled.get(other));
      shuffled.set(other, kept);
    }
    return shuffled;
  }
}
