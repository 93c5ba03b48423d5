package io.llavasg.generate;

/**
 * Where the time of an answer went, in milliseconds; prefill and decode of a batch are its answers'
 * together.
 *
 * @param vision the vision tower and its projector
 * @param graph the scene graph and its projector
 * @param prefill reading the prompt
 * @param decode all tokens but the first
 */
public record Timings(double vision, double graph, double prefill, double decode) {

  static Timings ofNanos(long vision, long graph, long prefill, long decode) {
    return new Timings(vision / 1e6, graph / 1e6, prefill / 1e6, decode / 1e6);
  }
}
