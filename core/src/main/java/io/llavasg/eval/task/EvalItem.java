package io.llavasg.eval.task;

import io.llavasg.graph.Entities;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * One thing to be asked.
 *
 * @param question as the data set has it
 * @param prompt what the model is asked
 * @param entities those that the data set itself brings along
 * @param references the right answers, all of which the metric knows what to do with; empty where
 *     they are kept from the public
 * @param options the choices by their letters; empty unless the question offers some
 * @param category the part of the data set that has figures of its own; empty: none
 * @param scene what it shows: answers to items of one scene are right or wrong together, so that
 *     intervals are over scenes. The image's name, but where several images show the same
 */
public record EvalItem(
    ItemId id,
    String question,
    String prompt,
    ImageSource image,
    Optional<Supplier<Entities>> entities,
    List<String> references,
    SequencedMap<String, String> options,
    String category,
    String scene) {

  public EvalItem {
    references = List.copyOf(references);
    options = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(options));
  }

  /** An item without options, categories or entities of its own. */
  static EvalItem of(
      String id, String question, String prompt, ImageSource image, List<String> references) {
    return new EvalItem(
        ItemId.of(id),
        question,
        prompt,
        image,
        Optional.empty(),
        references,
        new LinkedHashMap<>(Map.of()),
        "",
        image.name());
  }

  EvalItem in(String part) {
    return new EvalItem(id, question, prompt, image, entities, references, options, part, scene);
  }

  EvalItem named(ItemId name) {
    return new EvalItem(
        name, question, prompt, image, entities, references, options, category, scene);
  }

  EvalItem showing(String known) {
    return new EvalItem(
        id, question, prompt, image, entities, references, options, category, known);
  }

  EvalItem choosing(SequencedMap<String, String> choices) {
    return new EvalItem(
        id, question, prompt, image, entities, references, choices, category, scene);
  }

  EvalItem with(Supplier<Entities> own) {
    return new EvalItem(
        id, question, prompt, image, Optional.of(own), references, options, category, scene);
  }

  /** The first of the right answers. */
  public String reference() {
    return references.getFirst();
  }
}
