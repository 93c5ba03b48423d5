package io.llavasg.train;

import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the parameters of a new network are at first: a list of rules, of which the first whose
 * pattern a name matches decides.
 */
public record Initialisation(List<Rule> rules) {

  public Initialisation {
    rules = List.copyOf(rules);
  }

  /** Fills a new parameter. */
  @FunctionalInterface
  public interface Fill {
    /**
     * @param parameter undefined values so far
     * @param fanIn inputs that a value of the layer's output depends on
     */
    void fill(Tensor parameter, long fanIn);
  }

  /** Whether training changes a parameter. */
  public enum Role {
    TRAINED,
    /** Stays as it was at first, such as random frequencies. */
    FIXED
  }

  /**
   * @param pattern of the end of a name, such as {@code \.bias}
   */
  public record Rule(Pattern pattern, Role role, Fill fill) {}

  /** No rules yet. */
  public static Initialisation empty() {
    return new Initialisation(List.of());
  }

  /** These rules, then another: names that end in what {@code pattern} matches. */
  public Initialisation with(String pattern, Fill fill) {
    return with(new Rule(ending(pattern), Role.TRAINED, fill));
  }

  /** These rules, then one for parameters that training leaves as they are. */
  public Initialisation withFixed(String pattern, Fill fill) {
    return with(new Rule(ending(pattern), Role.FIXED, fill));
  }

  private static Pattern ending(String pattern) {
    return Pattern.compile("(?:" + pattern + ")$");
  }

  private Initialisation with(Rule rule) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(rule);
    return new Initialisation(more);
  }

  /** These rules, then others for names that none of these matches. */
  public Initialisation then(Initialisation others) {
    List<Rule> more = new ArrayList<>(rules);
    more.addAll(others.rules);
    return new Initialisation(more);
  }

  /**
   * The rule of a parameter.
   *
   * @throws IllegalArgumentException if no rule matches
   */
  public Rule of(String name) {
    return rules.stream()
        .filter(rule -> rule.pattern.matcher(name).find())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no initialisation for " + name));
  }

  /** One value throughout. */
  public static Fill constant(double value) {
    return (parameter, fanIn) -> parameter.fillInPlace(value);
  }

  /** Normally distributed around 0. */
  public static Fill normal(double deviation) {
    return (parameter, fanIn) -> parameter.normalInPlace(0, deviation);
  }

  /** PyTorch's default for linear layers and convolutions, biases included: within ±1 / √fan_in. */
  public static Fill uniformByFanIn() {
    return (parameter, fanIn) -> {
      double bound = 1 / Math.sqrt((double) fanIn);
      parameter.uniformInPlace(-bound, bound);
    };
  }

  /** Uniform within ±√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010). */
  public static Fill xavierUniform() {
    return (parameter, fanIn) -> {
      long perInput = parameter.elements() / (parameter.size(0) * parameter.size(1));
      double fans = (double) (fanIn + parameter.size(0) * perInput);
      double bound = Math.sqrt(6 / fans);
      parameter.uniformInPlace(-bound, bound);
    };
  }
}
