package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How the names of a checkpoint's layout become the names that modules ask for. Data, applied in
 * order: the first rule that matches a name decides; a name that no rule matches stays as it is.
 *
 * @param renames prefixes to replace
 * @param ignored names, after renaming, that may be present without being used
 */
public record WeightMap(List<Rename> renames, List<Pattern> ignored) {

  public WeightMap {
    renames = List.copyOf(renames);
    ignored = List.copyOf(ignored);
  }

  /** Replaces what {@code pattern} finds at the start of a name; {@code to} may refer to groups. */
  public record Rename(Pattern pattern, String to) {

    /**
     * @param from a regular expression for the start of a name
     */
    public static Rename of(String from, String to) {
      return new Rename(Pattern.compile("^" + from), to);
    }
  }

  /** The name that modules know a stored tensor by. */
  public String rename(String stored) {
    for (Rename rename : renames) {
      var matcher = rename.pattern().matcher(stored);
      if (matcher.find()) {
        return matcher.replaceFirst(rename.to());
      }
    }
    return stored;
  }

  /**
   * A checkpoint's tensors under the names that modules know them by.
   *
   * @throws LlavaSgException user, if two of them get the same name
   */
  public <T> Map<String, T> rename(Map<String, T> stored) {
    Map<String, T> renamed = new LinkedHashMap<>();
    stored.forEach(
        (name, tensor) -> {
          if (renamed.put(rename(name), tensor) != null) {
            throw LlavaSgException.user(
                "the checkpoint holds %s twice, under old and new names", rename(name));
          }
        });
    return renamed;
  }

  /** Whether a renamed tensor may be left unused. */
  public boolean ignores(String name) {
    return ignored.stream().anyMatch(pattern -> pattern.matcher(name).find());
  }

  /** A map with further names ignored. */
  public WeightMap ignoring(String... patterns) {
    var more = new ArrayList<>(ignored);
    for (String pattern : patterns) {
      more.add(Pattern.compile("^" + pattern));
    }
    return new WeightMap(renames, more);
  }
}
