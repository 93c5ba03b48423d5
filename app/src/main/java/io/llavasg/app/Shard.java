package io.llavasg.app;

import io.llavasg.LlavaSgException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several equal parts of a list of work: every {@code count}-th line.
 *
 * @param index from 0; {@code count} itself stands for 0, so that counting from 1 is right too
 */
record Shard(int index, int count) {
  static final Shard ALL = new Shard(0, 1);

  private static final Pattern FORM = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

  Shard {
    if (count < 1 || index < 0 || index > count) {
      throw LlavaSgException.user(
          "--shard is %d/%d, but has to be i/n with i from 0 to n - 1", index, count);
    }
    index %= count;
  }

  /** Parses {@code i/n}. */
  static Shard parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw LlavaSgException.user("--shard is i/n, such as 0/8, not '%s'", text);
    }
    return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether a line is in this part; lines count from 0. */
  boolean has(long line) {
    return line % count == index;
  }

  /** Goes into the names of files that belong to this part; empty for the whole. */
  String suffix() {
    return count == 1 ? "" : "-%d-of-%d".formatted(index, count);
  }
}
