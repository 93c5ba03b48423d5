package io.llavasg.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.text.Turn;
import java.util.List;
import java.util.Optional;

/**
 * A sample as its file has it.
 *
 * @param id its own, or its number in the file
 * @param name what errors call it: id, number and file
 * @param image the image's path below the image root; empty: a text-only sample
 * @param turns with {@code <image>} where the file has it
 * @param entities the {@code entities} field: an object, a list, or a path
 * @param predicate of a relation question, the answer that counts
 * @param source of a relation question, such as {@code visual_genome}
 */
public record Sample(
    String id,
    String name,
    Optional<String> image,
    List<Turn> turns,
    Optional<JsonNode> entities,
    Optional<String> predicate,
    Optional<String> source) {

  public Sample {
    turns = List.copyOf(turns);
  }

  /** What a data file says of the sample without its text, for grouping and for counts. */
  public enum Modality {
    IMAGE,
    TEXT
  }

  public Modality modality() {
    return image.isPresent() ? Modality.IMAGE : Modality.TEXT;
  }
}
