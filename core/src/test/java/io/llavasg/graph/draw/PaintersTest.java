package io.llavasg.graph.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entity;
import io.llavasg.graph.Mask;
import io.llavasg.graph.SceneGraph;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PaintersTest {

  private static final int GREY = 0xff808080;

  @TempDir Path folder;

  private static BufferedImage photo(int width, int height) {
    BufferedImage photo = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = photo.createGraphics();
    graphics.setColor(new Color(GREY));
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return photo;
  }

  private static Entity box(String label, int width, int height, double... box) {
    double x0 = box[0] * width;
    double y0 = box[1] * height;
    double x1 = box[2] * width;
    double y1 = box[3] * height;
    return Entity.of(
        label,
        .5,
        Mask.ofPolygons(width, height, List.of(new double[] {x0, y0, x1, y0, x1, y1, x0, y1})));
  }

  private static List<Entity> pair(int width, int height) {
    return List.of(
        box("dog", width, height, .1, .1, .4, .4), box("cat", width, height, .6, .6, .9, .9));
  }

  private static SceneGraph graph(List<Entity> entities) {
    int n = entities.size();
    float[][] attention = new float[n][n];
    for (int i = 0; i < n * n; i++) {
      attention[i % n][i / n] = 1f / (1 + i);
    }
    return SceneGraph.of(entities, List.<float[][]>of(attention), List.of(), List.of());
  }

  private static Document xml(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<String> texts(Document document) {
    NodeList nodes = document.getElementsByTagName("text");
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  @Test
  void masksAreTintedAndTheRestIsLeftAlone() {
    List<Entity> entities = pair(1000, 800);
    BufferedImage drawn =
        SceneGraphPainter.figure(photo(1000, 800), entities, graph(entities), Caption.none())
            .toImage();

    assertThat(drawn.getWidth()).isEqualTo(1000);
    assertThat(drawn.getHeight()).isEqualTo(800);
    assertThat(drawn.getRGB(120, 300)).isNotEqualTo(GREY);
    assertThat(drawn.getRGB(880, 700)).isNotEqualTo(GREY).isNotEqualTo(drawn.getRGB(120, 300));
    for (int x = 450; x < 1000; x += 7) {
      assertThat(drawn.getRGB(x, 60)).isEqualTo(GREY);
    }
    for (int x = 0; x < 550; x += 7) {
      assertThat(drawn.getRGB(x, 740)).isEqualTo(GREY);
    }
  }

  @Test
  void withoutEdgesTheWayBetweenIsFree() {
    List<Entity> entities = pair(1000, 800);
    BufferedImage joined =
        SceneGraphPainter.figure(photo(1000, 800), entities, graph(entities), Caption.none())
            .toImage();
    BufferedImage apart =
        SceneGraphPainter.figure(
                photo(1000, 800), entities, SceneGraph.withoutEdges(entities), Caption.none())
            .toImage();

    // The diagonal between the masks, both of which lie to its sides.
    int changed = 0;
    for (int x = 410; x < 590; x++) {
      for (int y = 330; y < 470; y++) {
        changed += joined.getRGB(x, y) != GREY ? 1 : 0;
        assertThat(apart.getRGB(x, y)).isEqualTo(GREY);
      }
    }
    assertThat(changed).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({"200, 150, 30", "640, 480, 20", "90, 400, 6", "2400, 300, 12"})
  void labelsLieInsideAndApart(int width, int height, int count) {
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double at = .9 * i / count;
      entities.add(box("a longer label " + i, width, height, at, .4 * at, at + .09, .4 * at + .2));
    }
    Overlay overlay =
        OverlayLayout.of(
            SceneGraphPainter.resized(photo(width, height), 1000.0 / Math.max(width, height)),
            entities,
            SceneGraphPainter.edges(graph(entities)),
            Typeface.load());

    List<Rectangle2D> boxes = new ArrayList<>();
    overlay.labels().forEach(label -> boxes.add(label.box()));
    overlay.links().forEach(link -> link.weight().ifPresent(label -> boxes.add(label.box())));
    assertThat(overlay.labels()).hasSizeGreaterThan(count / 2);
    for (Rectangle2D box : boxes) {
      assertThat(overlay.area().contains(box)).isTrue();
      assertThat(boxes).filteredOn(box::intersects).containsExactly(box);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, 100, 1000, 500",
    "6000, 3000, 1600, 800",
    "30, 1200, 480, 1200",
    "4000, 10, 1600, 120",
    "1, 1, 1000, 1000"
  })
  void smallPhotosAreEnlargedAndLargeOnesReduced(int width, int height, int asWidth, int asHeight) {
    List<Entity> entities = pair(width, height);
    Figure figure =
        SceneGraphPainter.figure(photo(width, height), entities, graph(entities), Caption.none());

    assertThat(figure.width()).isEqualTo(asWidth);
    assertThat(figure.height()).isEqualTo(asHeight);
    BufferedImage drawn = figure.toImage();
    assertThat(drawn.getRGB(asWidth / 2, asHeight / 2)).isEqualTo(GREY);
    boolean fills = (long) asWidth * height == (long) asHeight * width;
    assertThat(drawn.getRGB(0, asHeight - 1))
        .isEqualTo(fills ? GREY : SceneGraphPainter.PAPER.getRGB());
  }

  /** A tall photo leaves its labels no room: they reach over the paper beside it. */
  @Test
  void labelsOfATallPhotoAreWhole() throws Exception {
    List<Entity> entities =
        List.of(
            box("umbrella", 300, 2400, .1, .1, .4, .4), box("teapot", 300, 2400, .6, .6, .9, .9));
    Caption caption = new Caption("What is below the umbrella?", "A teapot.");
    Figure figure = SceneGraphPainter.figure(photo(300, 2400), entities, graph(entities), caption);
    assertThat(texts(xml(figure.toSvg())))
        .contains("umbrella 0.50", "teapot 0.50", caption.question());
  }

  /** Answers are about colours, so masks must not change them. */
  @Test
  void coloursUnderMasksStayWhatTheyAre() {
    List<Entity> entities = pair(1000, 800);
    BufferedImage drawn =
        SceneGraphPainter.figure(photo(1000, 800), entities, graph(entities), Caption.none())
            .toImage();
    for (int shift = 0; shift < 24; shift += 8) {
      assertThat(drawn.getRGB(120, 300) >> shift & 0xff).isCloseTo(0x80, within(20));
      assertThat(drawn.getRGB(880, 700) >> shift & 0xff).isCloseTo(0x80, within(20));
    }
  }

  @Test
  void charactersWithoutAFontAreTold() {
    String none = Character.toString(0x10fffd); // for private use
    List<Entity> entities = List.of(box("a" + none + "b" + none, 300, 200, .1, .1, .4, .4));
    assertThat(
            SceneGraphPainter.figure(photo(300, 200), entities, graph(entities), Caption.none())
                .unshown())
        .isEqualTo(none);
    assertThat(
            SceneGraphPainter.figure(
                    photo(300, 200),
                    List.of(),
                    SceneGraph.withoutEdges(List.of()),
                    new Caption("Why?", "Ü."))
                .unshown())
        .isEmpty();
  }

  @Test
  void theCaptionStandsBelow() throws Exception {
    Caption caption =
        new Caption("What is <this> & that?", "One\ntwo.\u0000 " + "long ".repeat(60));
    List<Entity> none = List.of();
    Figure figure =
        SceneGraphPainter.figure(photo(1000, 500), none, SceneGraph.withoutEdges(none), caption);

    assertThat(figure.height()).isBetween(640, 1000);
    assertThat(figure.toImage().getRGB(500, 499)).isEqualTo(GREY);
    assertThat(figure.toImage().getRGB(500, 505)).isEqualTo(SceneGraphPainter.PAPER.getRGB());
    assertThat(texts(xml(figure.toSvg()))).contains("Q", "A", "What is <this> & that?", "One");
  }

  @Test
  void svgIsWellFormedAndHasRealText() throws Exception {
    List<Entity> entities =
        List.of(
            box("<dog> & \"friend\"\u0001 \ud800", 300, 200, .1, .1, .4, .4),
            box("猫", 300, 200, .6, .6, .9, .9),
            Entity.of("nothing", 1, Mask.ofCounts(300, 200, 60_000)));
    Figure figure =
        SceneGraphPainter.figure(
            photo(300, 200), entities, graph(entities), new Caption("Who?", ""));

    Document document = xml(figure.toSvg());

    assertThat(document.getDocumentElement().getAttribute("viewBox"))
        .isEqualTo("0 0 %d %d".formatted(figure.width(), figure.height()));
    assertThat(texts(document)).contains("<dog> & \"friend\"  0.50", "猫 0.50", "Q", "Who?");
    assertThat(texts(document)).noneMatch(text -> text.contains("nothing"));
    assertThat(document.getElementsByTagName("image").getLength()).isEqualTo(1);
  }

  @Test
  void writesPngAndSvg() throws Exception {
    List<Entity> entities = pair(100, 80);
    Figure figure =
        SceneGraphPainter.figure(photo(100, 80), entities, graph(entities), Caption.none());
    figure.write(folder.resolve("a.png"));
    figure.write(folder.resolve("a.SVG"));

    assertThat(ImageIO.read(folder.resolve("a.png").toFile()).getWidth()).isEqualTo(1000);
    assertThat(Files.readString(folder.resolve("a.SVG"))).isEqualTo(figure.toSvg());
    assertThatThrownBy(() -> figure.write(folder.resolve("a.gif")))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("must end in .png or .svg");
    assertThatThrownBy(() -> figure.write(folder.resolve("no/folder/a.png")))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("cannot write");
  }

  @Test
  void aTransparentPhotoLosesItsAlphaAlone() {
    BufferedImage photo = new BufferedImage(1000, 800, BufferedImage.TYPE_INT_ARGB);
    photo.setRGB(5, 5, 0x00123456);
    List<Entity> none = List.of();
    Figure figure =
        SceneGraphPainter.figure(photo, none, SceneGraph.withoutEdges(none), Caption.none());
    assertThat(figure.toImage().getRGB(5, 5)).isEqualTo(0xff123456);
  }

  @Test
  void refusesWhatDoesNotBelongTogether() {
    List<Entity> entities = pair(100, 80);
    assertThatThrownBy(
            () ->
                SceneGraphPainter.figure(photo(80, 100), entities, graph(entities), Caption.none()))
        .isInstanceOf(LlavaSgException.class)
        .hasMessage("the mask of 'dog' is 100 × 80 pixels, but the photo is 80 × 100");
    assertThatThrownBy(
            () ->
                SceneGraphPainter.figure(
                    photo(100, 80), List.of(), graph(entities), Caption.none()))
        .hasMessage("the scene graph has 2 nodes for 0 entities");
    assertThatThrownBy(() -> ComparisonPainter.figure(photo(100, 80), entities, "Why?", List.of()))
        .hasMessageContaining("at least one answer");
  }

  @ParameterizedTest
  @CsvSource({"640, 480", "480, 640", "900, 120", "60, 900"})
  void comparesAnswers(int width, int height) throws Exception {
    List<Answer> answers =
        List.of(new Answer("LLaVA-1.5", "A dog."), new Answer("LLaVA-SG", "A dog. ".repeat(40)));
    Figure figure =
        ComparisonPainter.figure(photo(width, height), pair(width, height), "What?", answers);

    List<String> texts = texts(xml(figure.toSvg()));
    assertThat(texts).contains("What?", "LLaVA-1.5", "LLaVA-SG", "A dog.");
    assertThat(figure.width()).isEqualTo(1600);
    assertThat(figure.height()).isLessThan(2400);
    assertThat(figure.toImage().getHeight()).isEqualTo(figure.height());
  }
}
