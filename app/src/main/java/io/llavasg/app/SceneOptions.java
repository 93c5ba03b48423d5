package io.llavasg.app;

import io.llavasg.generate.Scene;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.RgbImage;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where the scene graph comes from. */
final class SceneOptions {
  @ArgGroup(exclusive = true)
  private Choice choice = new Choice();

  private static final class Choice {
    @Option(
        names = "--entities",
        paramLabel = "F.json",
        description = "The image's entities, with masks.")
    private @Nullable Path entities;

    @Option(names = "--no-scene-graph", description = "Answer as plain LLaVA does.")
    private boolean noSceneGraph;
  }

  /** The scene of an image, with its entities read and checked against it. */
  Scene scene(RgbImage image) {
    if (choice.entities != null) {
      return new Scene.Given(EntitiesFile.read(choice.entities, image.width(), image.height()));
    }
    return withoutEntities();
  }

  /** What the options say where entities come from elsewhere. */
  Scene withoutEntities() {
    return choice.noSceneGraph ? new Scene.None() : new Scene.Unstated();
  }
}
