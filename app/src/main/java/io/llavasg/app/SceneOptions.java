package io.llavasg.app;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the scene graph comes from. */
final class SceneOptions {
  @ArgGroup(exclusive = true)
  private Choice choice = new Choice();

  @Mixin private PerceptionOptions perception = new PerceptionOptions();

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Keep what perception finds here, and look here first.")
  private @Nullable Path cache;

  private static final class Choice {
    @Option(
        names = "--entities",
        paramLabel = "P",
        description =
            "The image's entities, with masks; eval: a folder with a file for each image, or what"
                + " 'perceive --batch' made.")
    private @Nullable Path entities;

    @Option(names = "--no-scene-graph", description = "Answer as plain LLaVA does.")
    private boolean noSceneGraph;

    @Option(
        names = "--perception",
        paramLabel = "DIR",
        description =
            "Find the entities with the checkpoints here (default: a directory 'perception' in or"
                + " beside the model).")
    private @Nullable Path perception;
  }

  Optional<Path> entities() {
    return Optional.ofNullable(choice.entities);
  }

  boolean noSceneGraph() {
    return choice.noSceneGraph;
  }

  Optional<Path> perceptionDirectory() {
    return Optional.ofNullable(choice.perception);
  }

  PerceptionOptions perception() {
    return perception;
  }

  Optional<Path> cache() {
    return Optional.ofNullable(cache);
  }
}
