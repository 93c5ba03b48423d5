package io.llavasg.eval;

import io.llavasg.generate.Answer;
import io.llavasg.generate.Question;
import java.util.List;
import java.util.function.Function;

/**
 * How many answers are other ones if their questions are asked one by one. In float32 none is; in
 * bfloat16 a product of a different shape may round differently, and a close call between two
 * tokens go the other way.
 *
 * @param sampled how many questions were asked both ways
 * @param changed how many of the answers differ
 */
public record BatchEffect(int sampled, int changed) {
  static final BatchEffect NONE = new BatchEffect(0, 0);

  /** A question with its answer from a batch. */
  record Sampled(Question question, String answer) {}

  static BatchEffect measure(List<Sampled> batched, Function<List<Question>, List<Answer>> model) {
    int changed = 0;
    for (Sampled one : batched) {
      String alone = model.apply(List.of(one.question())).getFirst().text();
      changed += alone.equals(one.answer()) ? 0 : 1;
    }
    return new BatchEffect(batched.size(), changed);
  }
}
