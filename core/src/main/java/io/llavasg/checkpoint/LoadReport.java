package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.List;

/**
 * What loading a checkpoint found: strict in both directions.
 *
 * @param loaded names that modules asked for and got
 * @param ignored stored names that are known not to be needed
 * @param missing names that modules asked for in vain
 * @param unexpected stored names that nobody asked for
 * @param misshaped names whose stored shape differs, with both shapes
 */
public record LoadReport(
    List<String> loaded,
    List<String> ignored,
    List<String> missing,
    List<String> unexpected,
    List<String> misshaped) {

  private static final int LISTED = 12;

  public LoadReport {
    loaded = List.copyOf(loaded);
    ignored = List.copyOf(ignored);
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    misshaped = List.copyOf(misshaped);
  }

  public boolean complete() {
    return missing.isEmpty() && unexpected.isEmpty() && misshaped.isEmpty();
  }

  /**
   * Does nothing where every name was found, used and of the right shape.
   *
   * @param source what was loaded, for the message
   * @throws LlavaSgException that lists everything that is wrong, in one line
   */
  public void require(Object source) {
    if (complete()) {
      return;
    }
    List<String> problems = new ArrayList<>();
    describe(problems, "missing", missing);
    describe(problems, "of another shape", misshaped);
    describe(problems, "unexpected", unexpected);
    throw LlavaSgException.user(
        "the weights in %s do not fit the model that its config.json describes: %s",
        source, String.join("; ", problems));
  }

  private static void describe(List<String> problems, String what, List<String> names) {
    if (!names.isEmpty()) {
      String listed = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
      String more = names.size() > LISTED ? ", and " + (names.size() - LISTED) + " more" : "";
      problems.add(names.size() + " " + what + " (" + listed + more + ")");
    }
  }
}
