package io.llavasg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.LlavaSgException;
import io.llavasg.text.Turn;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFileTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("data.json"), text);
  }

  private static void assertRefused(Path file, String... parts) {
    assertThatThrownBy(() -> SampleFile.open(file).close())
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n")
        .extracting(e -> ((LlavaSgException) e).fault())
        .isEqualTo(LlavaSgException.Fault.USER);
  }

  @Test
  void readsListsAndLinesAlike() throws IOException {
    Path list = Fixtures.DATA.resolve("turns.json");
    StringBuilder lines = new StringBuilder();
    for (JsonNode sample : Fixtures.json(list)) {
      lines.append(sample).append('\n');
    }
    Path jsonl = file(lines.toString());
    try (SampleFile a = SampleFile.open(list);
        SampleFile b = SampleFile.open(jsonl)) {
      assertThat(a.count()).isEqualTo(b.count()).isEqualTo(4);
      for (int i = 3; i >= 0; i--) {
        assertThat(a.read(i).turns()).isEqualTo(b.read(i).turns());
        assertThat(a.length(i)).isEqualTo(b.length(i));
        assertThat(a.read(i).name()).contains("turns.json").contains("number " + (i + 1));
      }
      // Bytes and characters differ here.
      assertThat(a.read(3).turns().get(1)).isEqualTo(Turn.assistant("球 — naïve"));
      assertThat(a.checksum()).isNotEqualTo(b.checksum());
    }
  }

  @Test
  void numbersMayBeIdsAndOtherFieldsAreLeftAlone() throws IOException {
    Path file =
        file(
            "\uFEFF[{\"meta\": {\"conversations\": [1, {\"value\": \"a b\"}]}, \"id\": 17,"
                + " \"image\": null, \"conversations\": [{\"from\": \"human\", \"value\": \"one two\"},"
                + " {\"from\": \"gpt\", \"value\": \"three\"}]}]");
    try (SampleFile samples = SampleFile.open(file)) {
      assertThat(samples.length(0)).isEqualTo(-3);
      Sample sample = samples.read(0);
      assertThat(sample.id()).isEqualTo("17");
      assertThat(sample.modality()).isEqualTo(Sample.Modality.TEXT);
      assertThat(sample.turns()).containsExactly(Turn.user("one two"), Turn.assistant("three"));
    }
  }

  /** Of a file as large as the real ones, the index alone is in memory. */
  @Test
  void indexesManySamplesInLittleMemory() throws IOException {
    int count = 100_000;
    Path file = folder.resolve("many.json");
    try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      writer.write("[");
      for (int i = 0; i < count; i++) {
        writer.write(
            (i == 0 ? "" : ",\n")
                + "{\"id\":\"%d\",\"image\":\"%d.jpg\",\"conversations\":[{\"from\":\"human\",\"value\":\"<image>\\nWhat is it?\"},{\"from\":\"gpt\",\"value\":\"%s\"}]}"
                    .formatted(i, i, "word ".repeat(i % 40)));
      }
      writer.write("]");
    }
    try (SampleFile samples = SampleFile.open(file)) {
      assertThat(samples.count()).isEqualTo(count);
      for (int i : new int[] {0, 1, 77_777, count - 1}) {
        assertThat(samples.read(i).id()).isEqualTo(Integer.toString(i));
        assertThat(samples.length(i)).isEqualTo(4 + i % 40);
      }
    }
  }

  @Test
  void filesCutShortAreNamed() throws IOException {
    String whole = Files.readString(Fixtures.DATA.resolve("turns.json"));
    assertRefused(
        file(whole.substring(0, whole.indexOf("And hills"))), "data.json", "cut short", "1 whole");
    assertRefused(file(whole.substring(0, whole.lastIndexOf(']'))), "cut short", "4 whole");
    assertRefused(file("{\"id\": 1}\n{\"id\": 2, \"conv"), "cut short", "1 whole", "line 2");
  }

  @Test
  void otherFilesAreNoDataFiles() throws IOException {
    assertRefused(folder.resolve("nowhere.json"), "no data file", "nowhere.json");
    assertRefused(file(""), "holds no samples");
    assertRefused(file("[]"), "holds no samples");
    assertRefused(file("id,image\n1,2"), "not JSON", "line 1");
    assertRefused(file("[{\"id\": 1}] {}"), "goes on after");
    assertRefused(
        Files.writeString(folder.resolve("u.json"), "[{}]", StandardCharsets.UTF_16), "UTF-8");
  }
}
