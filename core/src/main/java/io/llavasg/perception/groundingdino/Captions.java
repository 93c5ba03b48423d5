package io.llavasg.perception.groundingdino;

import io.llavasg.LlavaSgException;
import io.llavasg.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes captions of tags: lower-cased, each with a full stop behind it, as many tags to a caption
 * as it has room for. Tags that read alike are looked for once, under the first one's spelling;
 * those without a token of their own (blanks, mere full stops) can match nothing, and are left out.
 */
public final class Captions implements AutoCloseable {
  private static final int LONGEST_SHOWN = 40;

  private final Tokenizer tokenizer;
  private final GroundingDinoConfig config;
  private final int first;
  private final int last;
  private final int stop;

  /**
   * @param tokenizer closed with this
   * @throws LlavaSgException user, if it is not BERT's
   */
  public Captions(Tokenizer tokenizer, GroundingDinoConfig config) {
    this.tokenizer = tokenizer;
    this.config = config;
    first = tokenizer.cls();
    last = tokenizer.sep();
    stop = tokenizer.requireId(".");
  }

  /**
   * @throws LlavaSgException user, if the tokenizer is not BERT's
   */
  static Captions open(GroundingDinoFiles files) {
    Tokenizer tokenizer = files.openTokenizer();
    try {
      return new Captions(tokenizer, files.config());
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * @throws LlavaSgException user, if one tag alone is longer than a caption may be
   */
  public List<Caption> of(List<String> tags) {
    List<Caption> captions = new ArrayList<>();
    Builder builder = new Builder();
    for (Map.Entry<List<Integer>, String> tag : distinct(tags).entrySet()) {
      if (!builder.hasRoomFor(tag.getKey())) {
        captions.add(builder.build());
        builder = new Builder();
      }
      builder.add(tag.getValue(), tag.getKey());
    }
    if (!builder.tags.isEmpty()) {
      captions.add(builder.build());
    }
    return captions;
  }

  /** Labels by the tokens that they read as. */
  private Map<List<Integer>, String> distinct(List<String> tags) {
    Map<List<Integer>, String> labels = new LinkedHashMap<>();
    for (String tag : tags) {
      int[] encoded = tokenizer.encode(tag.toLowerCase(Locale.ROOT).strip());
      List<Integer> ids = Arrays.stream(encoded).boxed().toList();
      if (ids.stream().allMatch(TextPrompt::isSeparator)) {
        continue;
      }
      requireFit(tag, ids);
      labels.putIfAbsent(ids, tag);
    }
    return labels;
  }

  private void requireFit(String tag, List<Integer> ids) {
    int room = Math.min(config.maxTextLen() - 3, config.text().maxPositionEmbeddings() - 1);
    if (ids.size() > room) {
      throw LlavaSgException.user(
          "the tag \"%s\" has %d tokens, but a caption has room for %d; make it shorter",
          tag.length() > LONGEST_SHOWN ? tag.substring(0, LONGEST_SHOWN) + "…" : tag,
          ids.size(),
          room);
    }
    for (int id : ids) {
      if (id >= config.text().vocabSize()) {
        throw LlavaSgException.user(
            "the tokenizer has a token %d for \"%s\", but the model knows %d tokens; the tokenizer"
                + " is another model's",
            id, tag, config.text().vocabSize());
      }
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** A caption in the making. */
  private final class Builder {
    private final List<Integer> ids = new ArrayList<>(List.of(first));
    private final List<Caption.Tag> tags = new ArrayList<>();

    boolean hasRoomFor(List<Integer> tag) {
      return tags.isEmpty() || ids.size() + tag.size() + 2 <= config.maxTextLen();
    }

    void add(String label, List<Integer> tag) {
      List<Integer> own = new ArrayList<>();
      for (int id : tag) {
        if (!TextPrompt.isSeparator(id)) {
          own.add(ids.size());
        }
        ids.add(id);
      }
      ids.add(stop);
      tags.add(new Caption.Tag(label, own));
    }

    Caption build() {
      ids.add(last);
      return new Caption(TextPrompt.of(ids, config.variant()), tags);
    }
  }
}
