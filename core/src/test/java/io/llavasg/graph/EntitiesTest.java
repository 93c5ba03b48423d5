package io.llavasg.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EntitiesTest {

  private static final String RLE = "\"segmentation\": {\"size\": [2, 4], \"counts\": [1, 3, 4]}";

  @TempDir Path folder;

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("e.json"), json);
  }

  private static String one(String fields) {
    return "{\"entities\": [{" + fields + "}]}";
  }

  @Test
  void readsCountsAsListAndAsString() throws IOException {
    Mask mask = Mask.ofCounts(4, 2, 1, 3, 4);
    Path file =
        file(
            "{\"image\": \"x.jpg\", \"tags\": [\"dog\"], \"entities\": ["
                + "{\"label\": \"dog\", \"score\": 0.5, \"box\": [0, 0, 2.5, 2], \"more\": 1, "
                + RLE
                + "}, {\"label\": \"cat\", \"box\": null, \"segmentation\": {\"size\": [2, 4],"
                + " \"counts\": \""
                + mask.compressed()
                + "\"}}]}");

    Entities entities = EntitiesFile.read(file, 4, 2);

    assertThat(entities)
        .isEqualTo(
            new Entities(
                Optional.of("x.jpg"),
                List.of(
                    new Entity("dog", .5, Optional.of(new Box(0, 0, 2.5, 2)), mask),
                    Entity.of("cat", 1, mask))));
    assertThat(entities.list().get(1).box()).contains(new Box(0, 0, 2, 2));
  }

  @Test
  void writesWhatItReads() {
    Entities entities =
        new Entities(
            Optional.of("a \"b\".png"),
            List.of(
                Entity.of("träd", .25, Mask.ofCounts(4, 2, 1, 3, 4)),
                Entity.of("nothing", 1, Mask.ofCounts(4, 2, 8)),
                new Entity(
                    "off by a bit",
                    .1,
                    Optional.of(new Box(-.5, 0, 4.5, 1)),
                    Mask.ofCounts(4, 2, 0, 8))));
    Path file = folder.resolve("w.json");

    EntitiesFile.write(entities, file);

    assertThat(EntitiesFile.read(file)).isEqualTo(entities);
    assertThatThrownBy(() -> EntitiesFile.write(entities, folder.resolve("no/such/folder.json")))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("cannot write");
  }

  @Test
  void noEntityIsFine() throws IOException {
    assertThat(EntitiesFile.read(file("{\"entities\": []}"), 9, 9)).isEqualTo(Entities.none());
  }

  static Stream<Arguments> broken() {
    String dog = "\"label\": \"dog\", ";
    return Stream.of(
        Arguments.of("{\"entities\": [", "is not JSON (line 1)"),
        Arguments.of("", "no list \"entities\""),
        Arguments.of("[1]", "no list \"entities\""),
        Arguments.of("{\"entities\": []} x", "is not JSON"),
        Arguments.of("{\"entities\": {}}", "no list \"entities\""),
        Arguments.of("{\"entities\": [3]}", "entity 0: no text \"label\""),
        Arguments.of(one(RLE), "entity 0: no text \"label\""),
        Arguments.of(one("\"label\": \"dog\""), "entity 0: no \"segmentation\""),
        Arguments.of(one(dog + "\"score\": NaN, " + RLE), "entity 0: score of 'dog' is NaN"),
        Arguments.of(one(dog + "\"score\": \"high\", " + RLE), "must be a number, not \"high\""),
        Arguments.of(one(dog + "\"box\": [3, 0, 1, 2], " + RLE), "entity 0: box [3.0, 0.0, 1.0"),
        Arguments.of(one(dog + "\"box\": [0, 0, NaN, 2], " + RLE), "is not finite"),
        Arguments.of(one(dog + "\"box\": [-9, -9, -3, -3], " + RLE), "lies outside the image"),
        Arguments.of(one(dog + "\"box\": [0, 0, 1], " + RLE), "must be [x0, y0, x1, y1], not [0,0"),
        Arguments.of(one(dog + "\"box\": [0, 0, 1, \"2\"], " + RLE), "must be [x0, y0, x1, y1]"),
        Arguments.of(
            one(dog + "\"segmentation\": {\"size\": [2, 4], \"counts\": [1, 3]}"),
            "entity 0: broken RLE: the counts add up to 4"),
        Arguments.of(
            one(dog + "\"segmentation\": {\"size\": [2, 4], \"counts\": [1, 3.5, 4]}"),
            "broken RLE: count 1 is 3.5"),
        Arguments.of(
            one(dog + "\"segmentation\": {\"size\": [2, 4], \"counts\": \"?\"}"), "broken RLE"),
        Arguments.of(
            one(dog + "\"segmentation\": {\"size\": [2, 4]}"), "must be a list or a compressed"),
        Arguments.of(
            one(dog + "\"segmentation\": {\"size\": [8], \"counts\": [8]}"),
            "\"size\" must be [height, width], not [8]"),
        Arguments.of(
            one(dog + "\"segmentation\": {\"size\": [-2, 4], \"counts\": [8]}"), "4 × -2 pixels"),
        Arguments.of(
            one(dog + "\"segmentation\": {\"size\": [4, 2], \"counts\": [8]}"),
            "entity 0: the mask is 2 × 4 pixels, but the image is 4 × 2"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenFileIsAUsersErrorInOneLine(String json, String message) throws IOException {
    Path file = file(json);
    assertThatThrownBy(() -> EntitiesFile.read(file, 4, 2))
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER))
        .hasMessageContaining(message)
        .hasMessageContaining("e.json")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void namesAMissingFileAndTheBrokenEntity() throws IOException {
    assertThatThrownBy(() -> EntitiesFile.read(folder.resolve("none.json")))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageEndingWith("none.json: no such file");
    assertThatThrownBy(() -> EntitiesFile.read(folder))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("cannot read");
    var tree =
        new ObjectMapper()
            .readTree("{\"entities\": [{\"label\": \"a\", " + RLE + "}, {\"label\": \"b\"}]}");
    assertThatThrownBy(() -> EntitiesFile.parse("request", tree))
        .hasMessageStartingWith("request: entity 1: no \"segmentation\"");
  }

  @Test
  void keepsTheBestScoresInFileOrder() {
    Mask mask = Mask.ofCounts(2, 2, 0, 4);
    List<Entity> list =
        Stream.of(.2, .9, .5, .5, .1, .9, .5).map(score -> Entity.of("e", score, mask)).toList();
    Entities entities = new Entities(Optional.empty(), list);

    assertThat(entities.select(4).kept()).extracting(Entity::score).containsExactly(.9, .5, .5, .9);
    assertThat(entities.select(4).dropped()).extracting(Entity::score).containsExactly(.2, .1, .5);
    assertThat(entities.select(3).kept().get(1)).isSameAs(list.get(2));
    assertThat(entities.select(32)).isEqualTo(new Entities.Selection(list, List.of()));
    assertThat(entities.select(0).dropped()).isEqualTo(list);
    assertThatThrownBy(() -> entities.select(-1)).isInstanceOf(LlavaSgException.class);
  }
}
