package io.llavasg.perception.groundingdino;

import java.util.List;

/**
 * Tags as one text: {@code [CLS] tag . tag . [SEP]}.
 *
 * @param tags in the caption's order
 */
record Caption(TextPrompt prompt, List<Tag> tags) {

  Caption {
    tags = List.copyOf(tags);
  }

  /**
   * A tag in a caption.
   *
   * @param label as it was asked for
   * @param tokens where its own tokens stand; separators are not among them
   */
  record Tag(String label, List<Integer> tokens) {
    Tag {
      tokens = List.copyOf(tokens);
    }
  }
}
