package io.llavasg.text;

/**
 * Tokens of a text and where they stand in it. All arrays have the same length.
 *
 * @param ids token ids
 * @param starts index of each token's first Java char in the text
 * @param ends index after each token's last Java char; the byte pieces of one character share its
 *     range
 */
@SuppressWarnings("ArrayRecordComponent")
public record Encoding(int[] ids, int[] starts, int[] ends) {
  public int length() {
    return ids.length;
  }
}
