package io.llavasg.train;

/** Seeds for the places of a training, all from one number. */
public final class Seeds {
  private Seeds() {}

  /** A seed that differs wherever one of the numbers does; SplitMix64's mixing of each in turn. */
  public static long of(long seed, long... places) {
    long mixed = mix(seed);
    for (long place : places) {
      mixed = mix(mixed + place);
    }
    return mixed;
  }

  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
