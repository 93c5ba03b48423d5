package io.llavasg.train;

/**
 * A factor of the learning rate: from 0 to 1 in a straight line, then down to 0 along half a
 * cosine, as transformers' {@code get_cosine_schedule_with_warmup}.
 *
 * @param warmup steps that the rise takes
 * @param steps of the whole training
 */
record CosineSchedule(int warmup, int steps) {

  /**
   * @param warmupRatio part of all steps; a part of a step counts as one
   */
  static CosineSchedule of(double warmupRatio, int steps) {
    return new CosineSchedule((int) Math.ceil(steps * warmupRatio), steps);
  }

  /**
   * @param done steps before this one; so the very first step of a warm-up has factor 0
   */
  double factor(int done) {
    if (done < warmup) {
      return (double) done / Math.max(1, warmup);
    }
    double progress = (double) (done - warmup) / Math.max(1, steps - warmup);
    return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
}
