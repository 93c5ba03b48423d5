package io.llavasg.train;

import io.llavasg.LlavaSgException;
import io.llavasg.data.Example;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.text.Prompt;
import java.util.ArrayList;
import java.util.List;

/**
 * Examples that go through the model together, checked against it, with what they are to predict.
 */
record MicroBatch(List<Example> examples, List<Labels> labels) {

  MicroBatch {
    examples = List.copyOf(examples);
    labels = List.copyOf(labels);
  }

  /**
   * @throws LlavaSgException user, if an example does not suit the model; it is named
   */
  static MicroBatch of(List<Example> examples, LlavaSgConfig config) {
    List<Labels> labels = new ArrayList<>();
    for (Example example : examples) {
      labels.add(labels(example, config));
    }
    return new MicroBatch(examples, labels);
  }

  private static Labels labels(Example example, LlavaSgConfig config) {
    boolean image = example.prompt().segments().stream().anyMatch(Prompt.Image.class::isInstance);
    if (image != example.pixels().isPresent()) {
      throw LlavaSgException.user(
          "sample '%s' %s",
          example.id(),
          image ? "asks about an image and has none" : "has an image that its prompt leaves out");
    }
    int inserted = config.vision().patches();
    if (example.nodes().isPresent()) {
      if (config.sceneGraph().isEmpty()) {
        throw LlavaSgException.user(
            "sample '%s' has a scene graph, and this model is plain LLaVA: convert it first",
            example.id());
      }
      int nodes = example.nodes().get().weights().size();
      int most = config.sceneGraph().get().config().maxNodes();
      if (nodes > most) {
        throw LlavaSgException.user(
            "sample '%s' has %d nodes, more than the model's max_nodes %d",
            example.id(), nodes, most);
      }
      inserted += nodes + 2;
    }
    Labels labels = Labels.of(example, inserted);
    if (labels.count() == 0) {
      throw LlavaSgException.user(
          "sample '%s' has no token to learn: its answers are empty or cut off", example.id());
    }
    int context = config.text().maxPositionEmbeddings();
    if (labels.length() > context) {
      throw LlavaSgException.user(
          "sample '%s' takes %d positions, and the model's context has %d",
          example.id(), labels.length(), context);
    }
    return labels;
  }

  /** How many tokens are to be predicted. */
  long labelTokens() {
    return labels.stream().mapToLong(Labels::count).sum();
  }

  /** Positions that the language model reads, padding not counted. */
  long positions() {
    return labels.stream().mapToLong(Labels::length).sum();
  }

  /** Positions of the longest example. */
  int longest() {
    return labels.stream().mapToInt(Labels::length).max().orElse(0);
  }

  List<String> ids() {
    return examples.stream().map(Example::id).toList();
  }
}
