package io.llavasg.mini.world.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.ContactSheet;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.Thing;
import io.llavasg.mini.world.language.Corpus;
import io.llavasg.mini.world.language.Lesson;
import io.llavasg.mini.world.language.Lessons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Training data: of each scene a caption, a relation question if there is one, an instruction. */
final class TrainFiles {
  /** One text-only sample comes on so many instructions. */
  private static final int FACTS = 20;

  /** Scenes of the sheet to look at. */
  static final int SHEET = 40;

  private final Path folder;
  private final SceneRenderer renderer;
  private final long seed;

  TrainFiles(Path folder, SceneRenderer renderer, long seed) {
    this.folder = folder;
    this.renderer = renderer;
    this.seed = seed;
  }

  void write(int scenes, WorldWriter.Listener listener) throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.createDirectories(folder.resolve("entities"));
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    Chance all = Chance.of(seed).split("training files");
    List<Scene> first = new ArrayList<>();
    Corpus corpus = new Corpus(seed);
    try (JsonList captions = JsonList.of(folder.resolve("captions.json"));
        JsonList relations = JsonList.of(folder.resolve("relations.json"));
        JsonList instructions = JsonList.of(folder.resolve("instructions.json"));
        JsonList texts = JsonList.lines(folder.resolve("corpus.jsonl"))) {
      for (int i = 0; i < scenes; i++) {
        Chance chance = all.split(i);
        Scene scene = generator.scene(chance.next());
        String name = "%06d".formatted(i);
        Optional<String> image = Optional.of(name + ".png");
        writeScene(scene, name);
        captions.add(LessonJson.of("caption-" + i, image, Lessons.caption(scene, chance)));
        Optional<Lesson> relation = Lessons.relation(scene, chance);
        if (relation.isPresent()) {
          relations.add(LessonJson.of("relation-" + i, image, relation.get()));
        }
        instructions.add(
            LessonJson.of("instruction-" + i, image, Lessons.instruction(scene, chance)));
        if (i % FACTS == 0) {
          instructions.add(LessonJson.of("fact-" + i, Optional.empty(), Lessons.fact(chance)));
        }
        texts.add(JsonList.JSON.createObjectNode().put("text", corpus.text(i)));
        if (first.size() < SHEET) {
          first.add(scene);
        }
        listener.done(i + 1, scenes);
      }
    }
    Picture.of(ContactSheet.of(first, renderer)).write(folder.resolve("sheet.png"));
  }

  private void writeScene(Scene scene, String name) throws IOException {
    String image = name + ".png";
    Picture.of(scene, renderer).write(folder.resolve("images").resolve(image));
    ObjectNode json = EntitiesFile.toJson(renderer.entities(scene, Optional.of(image)));
    for (int i = 0; i < scene.things().size(); i++) {
      Thing thing = scene.things().get(i);
      ((ObjectNode) json.path("entities").path(i))
          .put("color", thing.colour().word())
          .put("size", thing.magnitude().word());
    }
    Files.write(
        folder.resolve("entities").resolve(name + ".json"), JsonList.JSON.writeValueAsBytes(json));
  }
}
