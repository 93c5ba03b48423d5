package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.LlavaSg;
import io.llavasg.LoadOptions;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.image.RgbImage;
import io.llavasg.mini.perception.PerceptionBuild;
import io.llavasg.mini.perception.PerceptionStage;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.perception.PerceptionPipeline;
import io.llavasg.perception.load.PerceptionLoader;
import io.llavasg.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of it, at a size that takes seconds. */
class MiniatureBuildTest {
  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();

  private MiniatureBuild build(TrainingListener listener) throws IOException {
    Path recipes = ShortRecipes.in(folder.resolve("recipes"));
    return new MiniatureBuild(
        new MiniatureBuild.Settings(
            new LanguageBuild.Settings(MiniatureShape.TINY, folder.resolve("mini"), recipes, 3),
            new PerceptionBuild.Scenes(4, 2),
            stage -> 1,
            4),
        listener,
        notes::add);
  }

  @Test
  void whatShipsIsAModelWithItsPerceptionAndNothingElse() throws IOException {
    MiniatureBuild build = build(TrainingListener.NONE);
    assertThat(build.isBegun()).isFalse();
    Map<PerceptionStage, Map<String, Double>> made = build.make().orElseThrow();
    assertThat(made).containsOnlyKeys(PerceptionStage.values());
    assertThat(names(build.shipped()))
        .contains("config.json", "model.safetensors", "image_domain.safetensors", "perception");
    assertThat(names(build.shipped().resolve("perception")))
        .containsExactlyInAnyOrder("tagger", "detector", "segmenter");
    assertThat(names(build.shipped().resolve("perception/segmenter")))
        .containsExactlyInAnyOrder("config.json", "model.safetensors");
    assertThat(names(build.tests())).contains("pope", "gqa", "mmbench", "rel", "entities");
    assertThat(names(folder.resolve("mini"))).noneMatch(name -> name.startsWith("."));
    try (PerceptionPipeline pipeline =
        PerceptionLoader.load(build.shipped().resolve("perception"))) {
      pipeline.perceive(scene()); // trained for a step, it may find anything
    }
    assertKnowsScenes(build.shipped());

    notes.clear();
    MiniatureBuild again =
        build(
            step -> {
              throw new AssertionError("a step");
            });
    assertThat(again.isBegun()).isTrue();
    Files.delete(build.shipped().resolve("config.json"));
    assertThat(again.make()).contains(made);
    assertThat(names(build.shipped())).contains("config.json");
    assertThat(notes)
        .isNotEmpty()
        .allMatch(note -> note.contains("is finished") || note.startsWith("copying"));
  }

  private static RgbImage scene() {
    return new SceneRenderer().render(new SceneGenerator(Split.TEST).scene(1));
  }

  /** It warns of noise, and not of a scene. */
  private static void assertKnowsScenes(Path model) {
    byte[] noise = new byte[3 * 112 * 112];
    new Random(1).nextBytes(noise);
    try (LlavaSg loaded = LlavaSg.load(model, LoadOptions.DEFAULT)) {
      assertThat(warnings(loaded, scene())).isEmpty();
      assertThat(warnings(loaded, RgbImage.of(112, 112, noise)))
          .singleElement()
          .asString()
          .contains("only knows drawn scenes");
    }
  }

  private static List<String> warnings(LlavaSg model, RgbImage image) {
    return model
        .ask(
            Question.about(image, "What?")
                .with(GenerationConfig.GREEDY.withMaxNewTokens(1))
                .withoutSceneGraph())
        .warnings();
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
