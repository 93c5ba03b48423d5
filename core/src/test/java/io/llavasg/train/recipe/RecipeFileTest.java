package io.llavasg.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.data.BrokenSamples;
import io.llavasg.data.Grouping;
import io.llavasg.image.AspectRatio;
import io.llavasg.tensor.DType;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.train.Lora;
import io.llavasg.train.Muon;
import io.llavasg.train.TrainingSettings;
import io.llavasg.train.recipe.Recipe.SceneGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeFileTest {
  private static final Path CONFIGS = Path.of("../configs");

  private static final String SOUND =
      """
      model: m
      out: o
      data: [{file: d.json, images: i}]
      trainable: [multi_modal_projector]
      learning_rate: 1.0e-3
      batch: 8
      """;

  @TempDir private Path folder;

  static List<Path> shipped() {
    return RecipeFile.list(CONFIGS);
  }

  private static Recipe recipe(String name) {
    return RecipeFile.read(CONFIGS.resolve(name), List.of()).recipe();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("r.yaml"), text);
  }

  private void assertRefused(String text, String... parts) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> RecipeFile.read(file, List.of()))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("r.yaml")
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n")
        .extracting(e -> ((LlavaSgException) e).fault())
        .isEqualTo(LlavaSgException.Fault.USER);
  }

  /** Every shipped recipe is whole, and says of each of its values where it comes from. */
  @ParameterizedTest
  @MethodSource("shipped")
  void shippedRecipesAreWhole(Path path) {
    RecipeFile file = RecipeFile.read(path, List.of());
    assertThat(file.recipe().description()).isNotEmpty();
    for (RecipeFile.Value value : file.values()) {
      assertThat(value.origin())
          .as(value.key())
          .matches(
              value.key().equals("description")
                  ? ".*"
                  : "(?s).*(paper|LLaVA-1.5|this project|AdamW|stage|Vicuna|default|Table).*");
    }
  }

  @Test
  void shippedRecipesAreAll() {
    assertThat(
            shipped().stream().map(path -> CONFIGS.relativize(path).toString().replace('\\', '/')))
        .contains("stage1.yaml", "stage2.yaml", "stage3.yaml", "stage3-lora.yaml")
        .contains("ablation/none-plain.yaml", "ablation/none-matched.yaml")
        .contains("ablation/sg-stage2.yaml", "ablation/sg-stage3.yaml")
        .contains("ablation/sg-mp-stage3.yaml", "ablation/sg-prompt-stage3.yaml")
        .contains("ablation/sge-without-stage2.yaml")
        .contains("mini/stage1.yaml", "mini/stage2.yaml", "mini/stage3.yaml", "mini/round4.yaml")
        .contains("mini/ablation/stage2.yaml", "mini/ablation/stage3.yaml")
        .contains("mini/nlvr/llava-sg.yaml", "mini/nlvr/baseline.yaml")
        .hasSize(32);
  }

  /** The paper's section III-A, and LLaVA-1.5's published scripts where it is silent. */
  @Test
  void stagesHaveThePapersValues() {
    Recipe first = recipe("stage1.yaml");
    assertThat(first.trainable()).containsExactly("multi_modal_projector");
    assertThat(first.optimisation().learningRate()).isEqualTo(2e-3);
    assertThat(first.course().batch()).isEqualTo(256);
    assertThat(first.reading().template()).isEqualTo(ConversationTemplate.PLAIN);
    assertThat(first.reading().aspectRatio()).isEqualTo(AspectRatio.NONE);
    assertThat(first.reading().sceneGraph()).isEqualTo(SceneGraph.ABSENT);
    Recipe second = recipe("stage2.yaml");
    assertThat(second.trainable())
        .containsExactly("scene_graph", "scene_graph_projector", "marker_rows");
    Recipe third = recipe("stage3.yaml");
    assertThat(third.trainable())
        .containsExactly(
            "multi_modal_projector", "scene_graph", "scene_graph_projector", "language_model");
    for (Recipe recipe : List.of(second, third)) {
      assertThat(recipe.optimisation().learningRate()).isEqualTo(2e-5);
      assertThat(recipe.course().batch()).isEqualTo(128);
      assertThat(recipe.reading().template()).isEqualTo(ConversationTemplate.VICUNA_V1);
      assertThat(recipe.reading().aspectRatio()).isEqualTo(AspectRatio.PAD);
      assertThat(recipe.reading().sceneGraph()).isEqualTo(SceneGraph.PRESENT);
      assertThat(recipe.reading().grouping()).isEqualTo(Grouping.MODALITY_AND_LENGTH);
    }
    for (Recipe recipe : List.of(first, second, third)) {
      TrainingSettings settings = recipe.settings(1_000_000);
      assertThat(settings.optimisation())
          .isEqualTo(
              new TrainingSettings.Optimisation(
                  recipe.optimisation().learningRate(),
                  Map.of(),
                  .03,
                  0,
                  .9,
                  .999,
                  1e-8,
                  1,
                  Optional.empty()));
      assertThat(settings.weights()).isEqualTo(DType.BF16);
      assertThat(settings.activations()).isEqualTo(TrainingSettings.Activations.RECOMPUTED);
      assertThat(recipe.course().epochs()).isEqualTo(1);
      assertThat(recipe.reading().maxLength()).isEqualTo(2048);
      assertThat(recipe.reading().broken()).isEqualTo(BrokenSamples.STOP);
      assertThat(settings.examplesPerStep()).isEqualTo(recipe.course().batch());
    }
  }

  @Test
  void adaptersHaveLlavasValues() {
    Recipe recipe = recipe("stage3-lora.yaml");
    assertThat(recipe.lora()).contains(new Lora(128, 256, .05));
    assertThat(recipe.optimisation().learningRate()).isEqualTo(2e-4);
    assertThat(recipe.optimisation().learningRates())
        .isEqualTo(Map.of("multi_modal_projector", 2e-5, "scene_graph_projector", 2e-5));
    assertThat(recipe.trainable()).contains("marker_rows").doesNotContain("language_model");
    assertThat(recipe.data()).isEqualTo(recipe("stage3.yaml").data());
  }

  @Test
  void muonMovesTheModulesThatARecipeNames() throws IOException {
    String muon = "muon: {learning_rate: 1e-2, momentum: 0.95, modules: [%s]}\n";
    Path file = write(SOUND + muon.formatted("multi_modal_projector"));
    Muon read = RecipeFile.read(file, List.of()).recipe().optimisation().muon().orElseThrow();
    assertThat(read.learningRate()).isEqualTo(.01);
    assertThat(read.momentum()).isEqualTo(.95);
    assertThat(read.matrices().matcher("multi_modal_projector.linear_1.weight").find()).isTrue();
    assertThat(read.matrices().matcher("language_model.lm_head.weight").find()).isFalse();
    assertRefused(SOUND + muon.formatted("scene_graph"), "muon.modules", "scene_graph");
    assertRefused(SOUND + muon.formatted(""), "muon.modules is empty");
    assertRefused(
        SOUND + "muon: {learning_rate: 1e-2, modules: [multi_modal_projector]}\n",
        "muon lacks momentum");
    assertRefused(SOUND + "muon: {learning_rat: 1}\n", "muon.learning_rat", "learning_rate");
    for (String paper : List.of("stage1.yaml", "stage2.yaml", "stage3.yaml")) {
      assertThat(recipe(paper).optimisation().muon()).isEmpty();
    }
  }

  @Test
  void ablationsDifferInWhatTheyAblateAlone() {
    Recipe plain = recipe("ablation/none-plain.yaml");
    Recipe matched = recipe("ablation/none-matched.yaml");
    Recipe full = recipe("stage3.yaml");
    assertThat(plain.reading().sceneGraph()).isEqualTo(SceneGraph.ABSENT);
    assertThat(plain.optimisation()).isEqualTo(full.optimisation());
    assertThat(matched.data()).hasSize(1 + recipe("stage2.yaml").data().size());
    Recipe joint = recipe("ablation/sge-without-stage2.yaml");
    assertThat(joint.trainable()).isEqualTo(full.trainable());
    assertThat(joint.data().stream().map(Recipe.Data::file))
        .isEqualTo(matched.data().stream().map(Recipe.Data::file).toList());
    assertThat(recipe("ablation/sg-mp-stage2.yaml").data()).isEqualTo(recipe("stage2.yaml").data());
  }

  /** Every row of the miniature's tables sees the same instructions and relation questions. */
  @Test
  void theMiniaturesMatchedRowsSeeWhatStage2Sees() {
    Optional<Integer> samples = recipe("mini/ablation/stage2.yaml").data().getFirst().samples();
    assertThat(samples).isPresent();
    for (String name : List.of("none-matched", "sge-without-stage2")) {
      Recipe row = recipe("mini/ablation/" + name + ".yaml");
      assertThat(row.data().getLast().samples()).as(name).isEqualTo(samples);
    }
    for (String row : List.of("sg-", "sg-mp-", "sg-prompt-", "")) {
      Recipe second = recipe("mini/ablation/" + row + "stage2.yaml");
      assertThat(second.data().getFirst().samples()).as(row).isEqualTo(samples);
      Recipe third = recipe("mini/ablation/" + row + "stage3.yaml");
      assertThat(third.model()).as(row).isEqualTo(second.out().resolve("model"));
    }
    Recipe.Data instructions = recipe("mini/ablation/stage3.yaml").data().getFirst();
    for (String name :
        List.of(
            "none-plain",
            "none-matched",
            "sg-stage3",
            "sg-mp-stage3",
            "sg-prompt-stage3",
            "sge-without-stage2")) {
      Recipe.Data first = recipe("mini/ablation/" + name + ".yaml").data().getFirst();
      assertThat(first.file()).as(name).isEqualTo(instructions.file());
      assertThat(first.samples()).as(name).isEqualTo(instructions.samples()).isPresent();
    }
  }

  @Test
  void originsAreTheCommentsAndTheDefaults() throws IOException {
    Path file =
        write(SOUND.replace("batch: 8", "# more would not fit\nbatch: 8\nclip: 0.5  # a # guess"));
    Map<String, String> origins =
        RecipeFile.read(file, List.of("seed=7", "data.0.images=photos")).values().stream()
            .collect(Collectors.toMap(RecipeFile.Value::key, RecipeFile.Value::origin));
    assertThat(origins)
        .containsEntry("batch", "more would not fit")
        .containsEntry("clip", "a # guess")
        .containsEntry("model", "the recipe")
        .containsEntry("seed", "command line")
        .containsEntry("data", "command line")
        .containsEntry("warmup_ratio", "default: LLaVA-1.5");
    Recipe recipe = RecipeFile.read(file, List.of("data.0.images=photos", "lora.rank=4")).recipe();
    assertThat(recipe.data().getFirst().images()).contains(Path.of("photos"));
    assertThat(recipe.lora()).contains(new Lora(4, 256, .05));
  }

  @Test
  void unknownKeysAreRefusedWithTheNearest() throws IOException {
    assertRefused(SOUND + "learning_rte: 1\n", "no key 'learning_rte'", "'learning_rate'");
    assertRefused(SOUND + "MicroBatch: 2\n", "did you mean 'micro_batch'");
    assertRefused(
        SOUND.replace("images: i", "image: i"), "no key 'data.0.image'", "did you mean 'images'");
    assertRefused(SOUND + "lora: {r: 8, alfa: 2}\n", "no key 'lora.");
    Path file = write(SOUND);
    assertThatThrownBy(() -> RecipeFile.read(file, List.of("epoch=2")))
        .hasMessageContaining("did you mean 'epochs'");
    assertThatThrownBy(() -> RecipeFile.read(file, List.of("epochs")))
        .hasMessageContaining("expected key=value");
    assertThatThrownBy(() -> RecipeFile.read(file, List.of("data.3.file=x")))
        .hasMessageContaining("no position in a list of 1");
  }

  @Test
  void contradictionsNameBothKeys() throws IOException {
    assertRefused(SOUND + "micro_batch: 3\n", "batch 8", "micro_batch 3");
    assertRefused(SOUND + "template: plain\n", "template is plain", "scene_graph true");
    assertRefused(
        SOUND.replace("[multi_modal_projector]", "[scene_graph]") + "scene_graph: false\n",
        "trainable names 'scene_graph'",
        "scene_graph is false");
    assertRefused(
        SOUND.replace("[multi_modal_projector]", "[language_model.model.layers.3]")
            + "lora: {rank: 8}\n",
        "trainable names 'language_model.model.layers.3'",
        "lora");
    assertRefused(
        SOUND + "learning_rates: {scene_graph: 1.0e-4}\n",
        "learning_rates has a rate for 'scene_graph'",
        "trainable (multi_modal_projector)");
    assertRefused(SOUND.replace("[multi_modal_projector]", "[]"), "trainable is empty", "lora");
  }

  @Test
  void wrongValuesAreNamed() throws IOException {
    assertRefused(SOUND.replace("batch: 8", ""), "the recipe lacks batch");
    assertRefused(SOUND.replace("batch: 8", "batch: 8.5"), "batch has to be an integer", "8.5");
    assertRefused(SOUND.replace("batch: 8", "batch: 0"), "batch has to be a positive integer");
    assertRefused(SOUND.replace("1.0e-3", "fast"), "learning_rate has to be a number", "fast");
    assertRefused(SOUND.replace("1.0e-3", "-1"), "learning_rate is -1.0");
    assertRefused(SOUND + "warmup_ratio: 3\n", "warmup_ratio is 3.0");
    assertRefused(SOUND + "template: llama_3\n", "template has to be vicuna_v1 or plain");
    assertRefused(SOUND + "dtype: f16\n", "f32 or bf16");
    assertRefused(SOUND + "lora: {rank: 0}\n", "rank 0");
    assertRefused(SOUND.replace("[{file: d.json, images: i}]", "d.json"), "data has to be a list");
    assertRefused(SOUND.replace("file: d.json, ", ""), "data.0 lacks file");
    assertRefused(SOUND.replace("images: i", "samples: 0"), "samples has to be a positive integer");
    assertRefused(SOUND.replace("[{file: d.json, images: i}]", "[]"), "data is empty");
    assertRefused(SOUND + "batch: 9\n", "not YAML", "line 7");
    assertRefused(SOUND + "  - : [\n", "not YAML");
    assertRefused("just words\n", "is no recipe");
  }

  @Test
  void numbersWithoutAPointAreNumbers() throws IOException {
    Path file = write(SOUND.replace("1.0e-3", "1e-3"));
    assertThat(RecipeFile.read(file, List.of()).recipe().optimisation().learningRate())
        .isEqualTo(1e-3);
  }

  @Test
  void recipesExtendOthers() throws IOException {
    Files.writeString(folder.resolve("base.yaml"), SOUND + "lora: {rank: 8, alpha: 2}  # base\n");
    Path file = write("extends: base.yaml\nbatch: 4  # mine\nlora: {rank: 16}\n");
    RecipeFile read = RecipeFile.read(file, List.of());
    assertThat(read.recipe().course().batch()).isEqualTo(4);
    assertThat(read.recipe().lora()).contains(new Lora(16, 2, .05));
    assertThat(read.recipe().model()).isEqualTo(Path.of("m"));
    assertRefused("extends: r.yaml\n", "in a circle");
    assertRefused("extends: [a]\n", "extends has to be the path");
    Path orphan = write("extends: nowhere.yaml\n");
    assertThatThrownBy(() -> RecipeFile.read(orphan, List.of()))
        .hasMessageContaining("there is no recipe '" + folder.resolve("nowhere.yaml"));
  }

  @Test
  void stepsComeFromEpochsOrAreGiven() throws IOException {
    assertThat(RecipeFile.read(write(SOUND + "epochs: 3\n"), List.of()).recipe().steps(20))
        .isEqualTo(9);
    assertThat(RecipeFile.read(write(SOUND + "steps: 5\n"), List.of()).recipe().steps(20))
        .isEqualTo(5);
  }

  @Test
  void keysAndTheirDocumentationAgree() throws IOException {
    String page = Files.readString(Path.of("../docs/training.md"));
    assertThat(Arrays.stream(RecipeKey.values()).map(key -> "`" + key.key() + "`"))
        .allMatch(page::contains);
    assertThat(Stream.of("extends", "file", "images", "entities", "rank", "alpha", "dropout"))
        .allMatch(key -> page.contains("`" + key + "`"));
  }
}
