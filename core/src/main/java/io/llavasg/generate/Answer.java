package io.llavasg.generate;

import io.llavasg.graph.Entity;
import io.llavasg.graph.SceneGraph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * What the model answered, and what it saw.
 *
 * @param text the answer
 * @param tokenIds generated ids, without the end token
 * @param promptTokens positions that the language model saw: BOS, text, image and graph tokens
 * @param sceneGraph empty where the question was asked without one
 * @param nodes the entities that became nodes of the scene graph, in its order
 * @param firstLogits scores over the vocabulary for the first token
 * @param warnings what was left out, a line each
 */
@SuppressWarnings("ArrayRecordComponent")
public record Answer(
    String text,
    int[] tokenIds,
    int promptTokens,
    Optional<SceneGraph> sceneGraph,
    List<Entity> nodes,
    float[] firstLogits,
    List<String> warnings,
    Timings timings,
    Optional<Trace> trace) {

  /** A token with its score. */
  public record Scored(int id, float logit) {}

  public Answer {
    nodes = List.copyOf(nodes);
    warnings = List.copyOf(warnings);
  }

  /** This answer, to a prompt of {@code positions}. */
  Answer atLength(int positions) {
    return new Answer(
        text, tokenIds, positions, sceneGraph, nodes, firstLogits, warnings, timings, trace);
  }

  /** The {@code count} best candidates for the first token, best first. */
  public List<Scored> firstCandidates(int count) {
    Comparator<Scored> byLogit =
        Comparator.comparingDouble(Scored::logit)
            .thenComparing(Scored::id, Comparator.reverseOrder());
    PriorityQueue<Scored> best = new PriorityQueue<>(byLogit);
    for (int id = 0; id < firstLogits.length; id++) {
      best.add(new Scored(id, firstLogits[id]));
      if (best.size() > count) {
        best.remove();
      }
    }
    List<Scored> sorted = new ArrayList<>(best);
    sorted.sort(byLogit.reversed());
    return sorted;
  }
}
