package io.llavasg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.ImageFile;
import io.llavasg.perception.Fingerprint;
import io.llavasg.perception.Perceived;
import io.llavasg.perception.cache.ImageKey;
import io.llavasg.perception.cache.PerceptionCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntitiesSourceTest {
  private static final Path PICTURE = Fixtures.PICTURES.resolve("wide.png");
  private static final Entities KNOWN = EntitiesFile.read(Fixtures.PICTURES.resolve("wide.json"));

  @TempDir private Path folder;

  private Sample sample(ObjectNode json) {
    try (SampleFile file = SampleFile.open(Fixtures.lines(folder, json))) {
      return file.read(0);
    }
  }

  private Sample without() {
    ObjectNode json = Fixtures.sample("x");
    json.remove("entities");
    return sample(json);
  }

  @Test
  void fieldIsAnObjectAListOrAPath() {
    EntitiesSource field = new FieldEntities(Fixtures.PICTURES);
    ObjectNode file = (ObjectNode) Fixtures.json(Fixtures.PICTURES.resolve("wide.json"));
    ObjectNode object = Fixtures.sample("x");
    object.set("entities", file);
    ObjectNode list = Fixtures.sample("x");
    list.set("entities", file.path("entities"));
    ObjectNode path = Fixtures.sample("x").put("entities", "wide.json");
    for (ObjectNode json : List.of(object, list, path)) {
      assertThat(field.find(sample(json), PICTURE).orElseThrow().list()).isEqualTo(KNOWN.list());
    }
    assertThat(field.find(without(), PICTURE)).isEmpty();
    ObjectNode none = Fixtures.sample("x");
    none.putNull("entities");
    assertThat(field.find(sample(none), PICTURE)).isEmpty();
  }

  @Test
  void folderHasAFileForEachImage() {
    EntitiesSource source = new FolderEntities(Fixtures.PICTURES);
    assertThat(source.find(without(), PICTURE).orElseThrow().list()).isEqualTo(KNOWN.list());
    ObjectNode elsewhere = Fixtures.sample("x").put("image", "sub.folder/wide");
    assertThat(source.find(sample(elsewhere), PICTURE)).isEmpty();
  }

  @Test
  void cacheIsAskedWhereTheSampleHasNone() throws IOException {
    Fingerprint fingerprint = new Fingerprint("{\"test\": 1}");
    PerceptionCache.open(folder.resolve("cache"), fingerprint, warning -> {})
        .store(ImageKey.of(PICTURE), ImageFile.size(PICTURE), new Perceived(List.of(), KNOWN));
    List<String> warnings = new ArrayList<>();
    assertThat(PerceptionCache.isPresent(folder.resolve("cache"))).isTrue();
    EntitiesSource source =
        new FieldEntities(folder).or(CachedEntities.open(folder.resolve("cache"), warnings::add));
    assertThat(source.find(without(), PICTURE).orElseThrow().list()).isEqualTo(KNOWN.list());
    assertThat(source.find(sample(Fixtures.sample("x")), PICTURE).orElseThrow().list()).isEmpty();
    assertThat(source.find(without(), Fixtures.PICTURES.resolve("tall.png"))).isEmpty();
    assertThat(warnings).isEmpty();
    // A damaged entry is warned of, and is none: the sample without entities is then an error.
    Path entry =
        PerceptionCache.openExisting(folder.resolve("cache"), warning -> {})
            .entry(ImageKey.of(PICTURE));
    Files.writeString(entry, "{");
    assertThat(source.find(without(), PICTURE)).isEmpty();
    assertThat(warnings).hasSize(1);
    assertThatThrownBy(() -> CachedEntities.open(folder, warnings::add))
        .hasMessageContaining("holds no results of perception");
  }
}
