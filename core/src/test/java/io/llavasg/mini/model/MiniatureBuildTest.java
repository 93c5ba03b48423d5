package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.LlavaSg;
import io.llavasg.LoadOptions;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.image.RgbImage;
import io.llavasg.mini.model.LanguageBuild.Part;
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
  private static final long SEED = 3;
  private static final PerceptionBuild.Scenes SCENES = new PerceptionBuild.Scenes(4, 2);

  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();

  private MiniatureBuild build(TrainingListener listener) throws IOException {
    return build("mini", listener);
  }

  private MiniatureBuild build(String name, TrainingListener listener) throws IOException {
    return new MiniatureBuild(
        new MiniatureBuild.Settings(language(name), SCENES, stage -> 1, 4), listener, notes::add);
  }

  private LanguageBuild.Settings language(String name) throws IOException {
    Path recipes = ShortRecipes.in(folder.resolve("recipes"));
    return new LanguageBuild.Settings(MiniatureShape.TINY, folder.resolve(name), recipes, SEED);
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

  /** CLIP and perception by builds of their own, as processes do that run beside. */
  @Test
  void partsMadeApartAreTheSame() throws IOException {
    MiniatureBuild one = build("one", TrainingListener.NONE);
    assertThat(one.make()).isPresent();
    MiniatureBuild apart = build("apart", TrainingListener.NONE);
    assertThat(apart.makeLanguage(List.of(Part.TOKENIZER))).isTrue();
    assertThat(apart.makeLanguage(List.of(Part.LLAMA))).isTrue();
    LanguageBuild clip = new LanguageBuild(language("apart"), TrainingListener.NONE, notes::add);
    assertThat(clip.make(List.of(Part.CLIP))).isTrue();
    assertThat(apart.makeLanguage(List.of(Part.values()))).isTrue();
    PerceptionBuild perception =
        new PerceptionBuild(
            folder.resolve("apart/perception"), SEED, SCENES, TrainingListener.NONE, notes::add);
    for (PerceptionStage stage : PerceptionStage.values()) {
      assertThat(perception.make(stage, 1)).isPresent();
    }
    assertThat(apart.make()).isPresent();
    for (String weights :
        List.of("", "perception/tagger", "perception/detector", "perception/segmenter")) {
      assertThat(apart.shipped().resolve(weights).resolve("model.safetensors"))
          .hasSameBinaryContentAs(one.shipped().resolve(weights).resolve("model.safetensors"));
    }
  }

  @Test
  void whatIsStoppedIsNotMade() throws IOException {
    MiniatureBuild build = build(TrainingListener.NONE);
    build.requestStop();
    assertThat(build.makeLanguage(List.of(Part.TOKENIZER))).isFalse();
    assertThat(build.make()).isEmpty();
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
