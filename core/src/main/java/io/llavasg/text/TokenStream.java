package io.llavasg.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes tokens one by one. The texts returned, put together, are what {@link Tokenizer#decode}
 * makes of all tokens at once.
 *
 * <p>A run of byte pieces is held back until it ends: one wrong byte makes replacement characters
 * of the whole run. A token's text may depend on what stands before it (the first space of a text
 * is dropped), so each step decodes the last token given out together with the new ones.
 */
public final class TokenStream {
  private final Tokenizer tokenizer;
  private final List<Integer> held = new ArrayList<>();
  private int[] context = {};

  TokenStream(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Takes the next token; returns the text that has become certain, which may be empty. */
  public String push(int id) {
    if (tokenizer.isSpecial(id)) {
      return "";
    }
    if (tokenizer.isBytePiece(id)) {
      held.add(id);
      return "";
    }
    String before = flush();
    return before + give(new int[] {id});
  }

  /** Ends the stream; returns the rest of the text. */
  public String finish() {
    String rest = flush();
    context = new int[0];
    return rest;
  }

  private String flush() {
    if (held.isEmpty()) {
      return "";
    }
    int[] ids = held.stream().mapToInt(Integer::intValue).toArray();
    held.clear();
    return give(ids);
  }

  private String give(int[] ids) {
    int[] all = Arrays.copyOf(context, context.length + ids.length);
    System.arraycopy(ids, 0, all, context.length, ids.length);
    String known = context.length == 0 ? "" : tokenizer.decode(context);
    String text = tokenizer.decode(all);
    // An id without a token says nothing of what stands before the next one.
    if (text.length() > known.length() || tokenizer.hasToken(ids[0])) {
      context = ids;
    }
    return text.substring(known.length());
  }
}
