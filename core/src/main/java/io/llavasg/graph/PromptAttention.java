package io.llavasg.graph;

import io.llavasg.LlavaSgException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the nodes looked at the prompt: head-averaged attention, averaged over the prompt blocks.
 *
 * @param tokens texts of the N_t prompt tokens
 * @param weights N rows, one a node, of N_t weights that add up to 1; no row if the prompt blocks
 *     were left out
 */
public record PromptAttention(List<String> tokens, List<List<Float>> weights) {

  public PromptAttention {
    tokens = List.copyOf(tokens);
    weights = weights.stream().map(List::copyOf).toList();
    for (List<Float> row : weights) {
      if (row.size() != tokens.size()) {
        throw LlavaSgException.user(
            "prompt attention has %d columns, but the prompt %d tokens", row.size(), tokens.size());
      }
    }
  }

  /** For a model without prompt blocks, or a prompt without tokens. */
  public static PromptAttention none() {
    return new PromptAttention(List.of(), List.of());
  }

  /** A prompt token and how much a node attends to it. */
  public record TokenWeight(int position, String token, float weight) {}

  /** The {@code k} prompt tokens that a node attends to most, strongest first. */
  public List<TokenWeight> strongestPromptTokens(int node, int k) {
    if (weights.isEmpty()) {
      return List.of();
    }
    List<Float> row = weights.get(node);
    return IntStream.range(0, row.size())
        .mapToObj(i -> new TokenWeight(i, tokens.get(i), row.get(i)))
        .sorted(Comparator.comparingDouble(token -> -token.weight()))
        .limit(k)
        .toList();
  }
}
