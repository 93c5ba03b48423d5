package io.llavasg.app;

import io.llavasg.LlavaSg;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.FailurePage;
import io.llavasg.eval.SceneFinder;
import io.llavasg.eval.Summary;
import io.llavasg.eval.task.Answered;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.generate.Depiction;
import io.llavasg.generate.Question;
import io.llavasg.generate.Scene;
import io.llavasg.graph.SceneGraph;
import io.llavasg.graph.draw.Caption;
import io.llavasg.graph.draw.Figure;
import io.llavasg.graph.draw.SceneGraphPainter;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.RgbImage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes the page of wrong answers.
 *
 * @param most so many of them, spread evenly over the items
 */
record FailurePictures(Path file, int most) {

  /**
   * @param model draws its scene graphs, and is asked for if there is one; empty: pictures without
   */
  void write(
      Summary summary, Optional<Supplier<LlavaSg>> model, SceneFinder scenes, PrintWriter err) {
    List<Answered> wrong = summary.wrong();
    int shown = Math.min(most, wrong.size());
    FailurePage page =
        new FailurePage(
            summary.set().task().name() + ": wrong answers",
            "%d of %d answers are wrong; %d of them are shown, spread evenly over the items."
                .formatted(wrong.size(), summary.answered().size(), shown));
    for (int i = 0; i < shown; i++) {
      Answered one = wrong.get((int) ((long) i * wrong.size() / shown));
      try {
        page.add(one, picture(one.item(), model, scenes));
      } catch (LlavaSgException e) {
        if (e.fault() != LlavaSgException.Fault.USER) {
          throw e;
        }
        err.println("llava-sg: item %s: %s".formatted(one.item().id(), e.getMessage()));
      }
    }
    page.write(file);
    err.println("llava-sg: wrote " + file);
  }

  private static Figure picture(
      EvalItem item, Optional<Supplier<LlavaSg>> model, SceneFinder scenes) {
    byte[] bytes = item.image().bytes();
    RgbImage image =
        ImageFile.decode(bytes, "the image '" + item.image().name() + "'", Orientation.IGNORE_EXIF);
    Depiction plain = new Depiction(SceneGraph.withoutEdges(List.of()), List.of(), List.of());
    Depiction depiction =
        model
            .map(ready -> new Asked(ready, scenes.find(item, bytes, image)))
            .filter(asked -> asked.scene instanceof Scene.Given)
            .map(asked -> asked.model.get().depict(question(item, image).with(asked.scene)))
            .orElse(plain);
    return SceneGraphPainter.figure(
        image.toBufferedImage(), depiction.nodes(), depiction.graph(), Caption.none());
  }

  private record Asked(Supplier<LlavaSg> model, Scene scene) {}

  private static Question question(EvalItem item, RgbImage image) {
    return Question.about(image, item.prompt());
  }
}
