package io.llavasg.checkpoint;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How the names of a checkpoint's layout become the names that modules ask for. Data, applied in
 * order. Each stage renames once: its first rule that matches a name decides, and a name that no
 * rule matches stays as it is. Then fused tensors are split.
 *
 * @param stages prefixes to replace, one list after the other
 * @param splits tensors that modules know as several
 * @param ignored names, after renaming, that may be present without being used
 */
public record WeightMap(List<List<Rename>> stages, List<Split> splits, List<Pattern> ignored) {

  public WeightMap {
    stages = stages.stream().map(List::copyOf).toList();
    splits = List.copyOf(splits);
    ignored = List.copyOf(ignored);
  }

  /** A map of one stage. */
  public static WeightMap of(Rename... renames) {
    return new WeightMap(List.of(List.of(renames)), List.of(), List.of());
  }

  /** This map, then a further stage of renames. */
  public WeightMap then(Rename... renames) {
    List<List<Rename>> more = new ArrayList<>(stages);
    more.add(List.of(renames));
    return new WeightMap(more, splits, ignored);
  }

  /** This map with further tensors split, after renaming. */
  public WeightMap splitting(Split... more) {
    List<Split> all = new ArrayList<>(splits);
    all.addAll(List.of(more));
    return new WeightMap(stages, all, ignored);
  }

  /**
   * Divides what {@code pattern} names into equal parts along the first dimension: views, no
   * copies.
   *
   * @param parts the parts' names in order; they may refer to the pattern's groups
   */
  public record Split(Pattern pattern, List<String> parts) {

    public Split {
      parts = List.copyOf(parts);
    }

    /**
     * @param from a regular expression for a whole name
     */
    public static Split of(String from, String... parts) {
      return new Split(Pattern.compile("^" + from + "$"), List.of(parts));
    }
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
    String name = stored;
    for (List<Rename> stage : stages) {
      name = rename(stage, name);
    }
    return name;
  }

  private static String rename(List<Rename> stage, String name) {
    for (Rename rename : stage) {
      var matcher = rename.pattern().matcher(name);
      if (matcher.find()) {
        return matcher.replaceFirst(rename.to());
      }
    }
    return name;
  }

  /**
   * Stored tensors as modules know them: renamed, and split.
   *
   * @throws LlavaSgException user, if two of them get the same name
   */
  public Map<String, StoredTensor> apply(Map<String, StoredTensor> stored) {
    Map<String, StoredTensor> applied = new LinkedHashMap<>();
    rename(stored)
        .forEach(
            (name, tensor) -> {
              for (StoredTensor part : divided(name, tensor)) {
                if (applied.put(part.name(), part) != null) {
                  throw twice(part.name());
                }
              }
            });
    return applied;
  }

  private List<StoredTensor> divided(String name, StoredTensor tensor) {
    for (Split split : splits) {
      var matcher = split.pattern().matcher(name);
      int parts = split.parts().size();
      if (matcher.find() && !tensor.shape().isEmpty() && tensor.shape().getFirst() % parts == 0) {
        List<String> names = split.parts().stream().map(matcher::replaceFirst).toList();
        return tensor.divided(names);
      }
    }
    return List.of(tensor.withName(name));
  }

  private static LlavaSgException twice(String name) {
    return LlavaSgException.user("the checkpoint holds %s twice, under old and new names", name);
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
            throw twice(rename(name));
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
    return new WeightMap(stages, splits, more);
  }
}
