package io.llavasg.graph;

import io.llavasg.LlavaSgException;
import java.util.Arrays;

/** COCO's compressed string of run lengths; the package's documentation tells the format. */
final class CompressedCounts {

  private static final int FIRST_CHARACTER = 48;
  private static final int CONTINUES = 0x20;
  private static final int SIGN = 0x10;
  private static final int GROUP = 0x1f;

  /** The first counts stand as they are; the later ones as differences. */
  private static final int PLAIN_COUNTS = 3;

  private CompressedCounts() {}

  static String encode(int[] counts) {
    StringBuilder text = new StringBuilder(2 * counts.length);
    for (int i = 0; i < counts.length; i++) {
      int rest = i < PLAIN_COUNTS ? counts[i] : counts[i] - counts[i - 2];
      boolean more = true;
      while (more) {
        int group = rest & GROUP;
        rest >>= 5;
        more = rest != ((group & SIGN) == 0 ? 0 : -1);
        text.append((char) (FIRST_CHARACTER + (more ? group | CONTINUES : group)));
      }
    }
    return text.toString();
  }

  static int[] decode(String text) {
    int[] counts = new int[text.length()];
    int length = 0;
    int at = 0;
    while (at < text.length()) {
      long value = 0;
      int shift = 0;
      int group;
      do {
        if (at == text.length() || shift > 30) {
          throw LlavaSgException.user(
              "broken RLE: the compressed string stops inside count %d", length);
        }
        group = text.charAt(at) - FIRST_CHARACTER;
        if (group < 0 || group > (CONTINUES | GROUP)) {
          throw LlavaSgException.user(
              "broken RLE: character %d of the compressed string is '%s'", at, text.charAt(at));
        }
        value |= (long) (group & GROUP) << shift;
        shift += 5;
        at++;
      } while ((group & CONTINUES) != 0);
      if ((group & SIGN) != 0) {
        value -= 1L << shift;
      }
      if (length >= PLAIN_COUNTS) {
        value += counts[length - 2];
      }
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw LlavaSgException.user(
            "broken RLE: count %d of the compressed string is %d", length, value);
      }
      counts[length++] = (int) value;
    }
    return Arrays.copyOf(counts, length);
  }
}
