package io.llavasg.mini.world.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.image.Size;
import io.llavasg.mini.world.ContactSheet;
import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.language.Baselines;
import io.llavasg.mini.world.language.Choice;
import io.llavasg.mini.world.language.OfScene;
import io.llavasg.mini.world.language.PopeQuestion;
import io.llavasg.mini.world.language.Prompts;
import io.llavasg.mini.world.language.Question;
import io.llavasg.mini.world.language.RelationQuestion;
import io.llavasg.mini.world.language.TestPart;
import io.llavasg.mini.world.language.TestSets;
import io.llavasg.perception.Fingerprint;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.Tag;
import io.llavasg.perception.cache.ImageKey;
import io.llavasg.perception.cache.PerceptionCache;
import io.llavasg.text.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The test sets in the published formats, a folder each. */
final class TestFiles {
  /** In place of a description of perception: nothing was perceived, all is known. */
  private static final Fingerprint TRUTH =
      new Fingerprint("{\"source\":\"the miniature world's own truth\"}");

  /** Training scenes that baselines learn from: for each test scene, and at most. */
  private static final int LEARNT_FOR_EACH = 20;

  private static final int MOST_LEARNT = 3000;

  private final Path folder;
  private final SceneRenderer renderer;
  private final long seed;
  private final ObjectNode parts = JsonList.JSON.createObjectNode();

  TestFiles(Path folder, SceneRenderer renderer, long seed) {
    this.folder = folder;
    this.renderer = renderer;
    this.seed = seed;
  }

  void write(int scenes, WorldWriter.Listener listener) throws IOException {
    TestSets sets = TestSets.of(seed, scenes);
    List<Picture> pictures = writePictures(sets.scenes(), listener);
    ShortAnswerFiles.write(folder.resolve("vqav2"), sets.shortAnswers());
    CompositionalFile.write(folder.resolve("gqa"), sets.compositional());
    ChoiceTable.write(folder.resolve("mmbench"), sets.choices(), pictures);
    writePope(sets.pope());
    writeCaptions(sets);
    writeRelations(sets.relations());
    for (int i = 0; i < sets.shortAnswers().size(); i++) {
      Question question = sets.shortAnswers().get(i).value();
      note("vqav2", ShortAnswerFiles.id(i), question.part(), question.type().key());
    }
    for (int i = 0; i < sets.compositional().size(); i++) {
      Question question = sets.compositional().get(i).value();
      note("gqa", CompositionalFile.id(i), question.part(), question.type().key());
    }
    for (int i = 0; i < sets.choices().size(); i++) {
      Choice choice = sets.choices().get(i).value();
      note("mmbench", ChoiceTable.id(i), choice.part(), choice.category());
    }
    List<Scene> first = sets.scenes().stream().limit(TrainFiles.SHEET).toList();
    Picture.of(ContactSheet.of(first, renderer)).write(folder.resolve("sheet.png"));
    JsonList.write(folder.resolve("parts.json"), parts);
    writeBaselines(sets);
  }

  private void writeBaselines(TestSets sets) throws IOException {
    int scenes = Math.min(MOST_LEARNT, LEARNT_FOR_EACH * sets.scenes().size());
    Baselines baselines = Baselines.learnt(seed, scenes);
    JsonList.write(folder.resolve("baselines.json"), BaselineReport.of(sets, baselines, scenes));
    new BaselineAnswers(folder.resolve("baselines"), baselines).write(sets);
  }

  private void note(String set, String id, TestPart part, String type) {
    parts.withObject("/" + set).putObject(id).put("part", part.key()).put("type", type);
  }

  /** All pictures under all their names, and what is truly on them. */
  private List<Picture> writePictures(List<Scene> scenes, WorldWriter.Listener listener)
      throws IOException {
    for (String name :
        List.of(
            "vqav2/val2014",
            "gqa/images",
            "mmbench",
            "pope/val2014",
            "captions/val2017",
            "rel/images")) {
      Files.createDirectories(folder.resolve(name));
    }
    PerceptionCache truth = PerceptionCache.open(folder.resolve("entities"), TRUTH, warning -> {});
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < scenes.size(); i++) {
      Scene scene = scenes.get(i);
      Picture picture = Picture.of(scene, renderer);
      pictures.add(picture);
      picture.write(
          folder.resolve("pope/val2014").resolve(image(i)),
          folder.resolve("captions/val2017").resolve(image(i)),
          folder.resolve("rel/images").resolve(image(i)),
          folder.resolve("gqa/images").resolve(CompositionalFile.imageId(i) + ".jpg"),
          folder.resolve("vqav2/val2014").resolve(ShortAnswerFiles.image(i)));
      truth.store(
          ImageKey.of(picture.png()),
          new Size(renderer.size(), renderer.size()),
          new Perceived(
              scene.kinds().stream().map(Kind::word).map(word -> new Tag(word, 1)).toList(),
              renderer.entities(scene, Optional.of(image(i)))));
      listener.done(i + 1, scenes.size());
    }
    return pictures;
  }

  static String relationId(int question) {
    return "relation-" + question;
  }

  private static String image(int scene) {
    return "%012d.png".formatted(scene + 1);
  }

  private void writePope(List<OfScene<PopeQuestion>> questions) throws IOException {
    for (PopeQuestion.Sampling sampling : PopeQuestion.Sampling.values()) {
      Path file = folder.resolve("pope/coco_pope_%s.json".formatted(sampling.key()));
      try (JsonList lines = JsonList.lines(file)) {
        int id = 1;
        for (OfScene<PopeQuestion> asked : questions) {
          if (asked.value().sampling() == sampling) {
            lines.add(
                JsonList.JSON
                    .createObjectNode()
                    .put("question_id", id++)
                    .put("image", image(asked.scene()))
                    .put("text", asked.value().text())
                    .put("label", asked.value().label()));
          }
        }
      }
    }
  }

  private void writeCaptions(TestSets sets) throws IOException {
    ObjectNode json = JsonList.JSON.createObjectNode();
    json.putObject("info").put("description", "captions of the miniature world");
    var images = json.putArray("images");
    var annotations = json.putArray("annotations");
    for (OfScene<List<String>> captions : sets.captions()) {
      images
          .addObject()
          .put("id", captions.scene() + 1)
          .put("file_name", image(captions.scene()))
          .put("width", renderer.size())
          .put("height", renderer.size());
      for (String caption : captions.value()) {
        annotations
            .addObject()
            .put("image_id", captions.scene() + 1)
            .put("id", annotations.size())
            .put("caption", caption);
      }
    }
    JsonList.write(folder.resolve("captions/captions_val2017.json"), json);
  }

  private void writeRelations(List<OfScene<RelationQuestion>> questions) throws IOException {
    try (JsonList samples = JsonList.of(folder.resolve("rel/relations.json"))) {
      for (int i = 0; i < questions.size(); i++) {
        RelationQuestion question = questions.get(i).value();
        String id = relationId(i);
        ObjectNode json =
            LessonJson.of(
                id,
                Optional.of(image(questions.get(i).scene())),
                List.of(
                    Turn.user(question.text() + Prompts.SHORT_ANSWER),
                    Turn.assistant(question.predicate().word())));
        LessonJson.addRelation(json, question);
        samples.add(json);
        note("rel", id, question.part(), question.source().key());
      }
    }
  }
}
