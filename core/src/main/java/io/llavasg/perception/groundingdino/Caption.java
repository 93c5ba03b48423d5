package io.llavasg.perception.groundingdino;

import java.util.List;

/**
 * Tags as one text: {@code [CLS] tag . tag . [SEP]}.
 *
 * @param tags in the caption's order
 */
public record Caption(TextPrompt prompt, List<Tag> tags) {

  public Caption {
    tags = List.copyOf(tags);
  }

  /**
   * A tag in a caption.
   *
   * @param label as it was asked for
   * @param tokens where its own tokens stand; separators are not among them
   */
  public record Tag(String label, List<Integer> tokens) {
    public Tag {
      tokens = List.copyOf(tokens);
    }
  }
}
