package io.llavasg.perception.load;

import io.llavasg.LlavaSgException;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.perception.PerceptionConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the checkpoints of the three stages are: found in one directory, or given one by one.
 *
 * @param directory that was searched
 * @param found all checkpoints in it
 * @param problems why some of its files are no checkpoints, a line each
 * @param given checkpoints that go before those found
 */
public record PerceptionFiles(
    Optional<Path> directory,
    List<PerceptionCheckpoint> found,
    List<String> problems,
    List<PerceptionCheckpoint> given) {

  public PerceptionFiles {
    found = List.copyOf(found);
    problems = List.copyOf(problems);
    given = List.copyOf(given);
  }

  /** No checkpoint, until some are given. */
  public static PerceptionFiles none() {
    return new PerceptionFiles(Optional.empty(), List.of(), List.of(), List.of());
  }

  /**
   * Recognises what lies in a directory, or one level deeper: directories as Hugging Face has them,
   * official files side by side, or both.
   *
   * @throws LlavaSgException user, if there is no such directory
   */
  public static PerceptionFiles in(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw LlavaSgException.user(
          "there is no perception directory '%s'; it holds the checkpoints of RAM, Grounding-DINO"
              + " and SAM",
          directory);
    }
    Set<Path> candidates = new LinkedHashSet<>(PerceptionCheckpoint.candidates(directory));
    for (Path child : PerceptionCheckpoint.children(directory)) {
      if (Files.isDirectory(child)) {
        candidates.addAll(PerceptionCheckpoint.candidates(child));
      }
    }
    List<PerceptionCheckpoint> found = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Path candidate : candidates) {
      try {
        found.add(PerceptionCheckpoint.inspect(candidate));
      } catch (LlavaSgException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return new PerceptionFiles(Optional.of(directory), found, problems, List.of());
  }

  /**
   * With a checkpoint for one stage, in place of what the directory has.
   *
   * @param kind RAM, GROUNDING_DINO or SAM
   * @param path its directory, or its file
   * @throws LlavaSgException user, if it is of another kind; the message says of which
   */
  public PerceptionFiles with(CheckpointKind kind, Path path) {
    if (!Files.exists(path)) {
      throw LlavaSgException.user("there is no checkpoint '%s'", path);
    }
    List<PerceptionCheckpoint> at =
        PerceptionCheckpoint.candidates(path).stream().map(PerceptionCheckpoint::inspect).toList();
    List<PerceptionCheckpoint> right = at.stream().filter(one -> one.kind() == kind).toList();
    if (right.isEmpty()) {
      throw LlavaSgException.user("'%s' is no checkpoint of %s: %s", path, kind.title(), looks(at));
    }
    List<PerceptionCheckpoint> all = new ArrayList<>(given);
    all.removeIf(one -> one.kind() == kind);
    all.addAll(right);
    return new PerceptionFiles(directory, found, problems, all);
  }

  private static String looks(List<PerceptionCheckpoint> checkpoints) {
    if (checkpoints.isEmpty()) {
      return "it holds no weights (.safetensors, .pth, .pt, .bin)";
    }
    List<String> known =
        checkpoints.stream()
            .filter(one -> one.kind() != CheckpointKind.UNKNOWN)
            .map(one -> one.kind().title())
            .toList();
    return known.isEmpty()
        ? "its tensors are of no model that is known here"
        : "it looks like " + String.join(" and ", known);
  }

  /**
   * The checkpoint of a stage.
   *
   * @throws LlavaSgException user, if there is none, or more than one
   */
  public PerceptionCheckpoint require(CheckpointKind kind) {
    @Nullable String reason = reasonAgainst(kind);
    if (reason != null) {
      throw LlavaSgException.user("%s", reason);
    }
    return of(kind).getFirst();
  }

  /** Fails unless there is one checkpoint for each stage that a configuration needs. */
  public void requireFor(PerceptionConfig config) {
    if (config.tags().isEmpty()) {
      require(CheckpointKind.RAM);
    }
    require(CheckpointKind.GROUNDING_DINO);
    require(CheckpointKind.SAM);
  }

  private List<PerceptionCheckpoint> of(CheckpointKind kind) {
    List<PerceptionCheckpoint> first = given.stream().filter(one -> one.kind() == kind).toList();
    return first.isEmpty() ? found.stream().filter(one -> one.kind() == kind).toList() : first;
  }

  /** Why there is no telling a stage's checkpoint; null where there is one. */
  @Nullable String reasonAgainst(CheckpointKind kind) {
    List<PerceptionCheckpoint> all = of(kind);
    String option = option(kind);
    if (all.size() > 1) {
      return "'%s' and '%s' are both checkpoints of %s; name one with %s"
          .formatted(all.get(0).path(), all.get(1).path(), kind.title(), option);
    }
    if (all.size() == 1) {
      return null;
    }
    if (directory.isEmpty()) {
      return "a checkpoint of %s is needed; name it with %s, or give a directory of all three with"
              .formatted(kind.title(), option)
          + " --perception";
    }
    String known =
        found.stream()
            .filter(one -> one.kind() != CheckpointKind.UNKNOWN)
            .map(one -> "'%s' (%s)".formatted(one.path(), one.kind().title()))
            .collect(Collectors.joining(", "));
    String others = known.isEmpty() ? "" : "; it holds " + known;
    String broken = problems.isEmpty() ? "" : "; " + String.join("; ", problems);
    return "'%s' holds no checkpoint of %s%s%s; name one with %s"
        .formatted(directory.get(), kind.title(), others, broken, option);
  }

  private static String option(CheckpointKind kind) {
    return switch (kind) {
      case RAM -> "--tagger";
      case GROUNDING_DINO -> "--detector";
      case SAM -> "--segmenter";
      default -> throw new IllegalArgumentException(kind + " is no stage");
    };
  }
}
