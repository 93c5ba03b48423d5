package io.llavasg.eval.metric;

import java.util.Arrays;

/**
 * Numbers for keys, from 0 on in the order of their first sight: a hash table by open addressing. A
 * corpus has a million n-grams, and a map of objects would take most of the time of scoring it.
 */
final class LongNumbering {
  private static final int FREE = -1;
  private static final long SCATTER = 0x9e3779b97f4a7c15L;

  private long[] keys = new long[1 << 12];
  private int[] numbers = new int[keys.length];
  private int size;

  LongNumbering() {
    Arrays.fill(numbers, FREE);
  }

  /** How many keys have a number. */
  int size() {
    return size;
  }

  /** The key's number, the next one if it is new. */
  int number(long key) {
    int slot = slot(key);
    if (numbers[slot] == FREE) {
      if (2 * size >= keys.length) {
        grow();
        slot = slot(key);
      }
      keys[slot] = key;
      numbers[slot] = size++;
    }
    return numbers[slot];
  }

  /** Where the key is, or would be. */
  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) (key * SCATTER >>> 32) & mask;
    while (numbers[slot] != FREE && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new long[2 * oldKeys.length];
    numbers = new int[keys.length];
    Arrays.fill(numbers, FREE);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldNumbers[i] != FREE) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        numbers[slot] = oldNumbers[i];
      }
    }
  }
}
