package io.llavasg.checkpoint;

import static io.llavasg.checkpoint.Fixtures.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

  private static final String SHARD_1 = "model-00001-of-00002.safetensors";
  private static final String SHARD_2 = "model-00002-of-00002.safetensors";

  @TempDir private Path directory;
  private Path index;

  @BeforeEach
  void nameIndex() {
    index = directory.resolve("model.safetensors.index.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.safetensors", "views-protocol2.bin", "training.pth"})
  void opensASingleFile(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.path(name))) {
      Fixtures.assertAsExpected(checkpoint.tensors(), name);
      assertThat(Checkpoint.inspect(checkpoint.path()).keySet())
          .isEqualTo(checkpoint.tensors().keySet());
    }
  }

  @Test
  void prefersSafetensorsToPickles() throws IOException {
    Files.copy(Fixtures.path("views-protocol2.bin"), directory.resolve("pytorch_model.bin"));
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      Fixtures.assertAsExpected(checkpoint.tensors(), "views-protocol2.bin");
    }
    Files.copy(Fixtures.path("plain.safetensors"), directory.resolve("model.safetensors"));
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      Fixtures.assertAsExpected(checkpoint.tensors(), "plain.safetensors");
      assertThat(checkpoint.metadata()).containsEntry("format", "pt");
    }
  }

  @Test
  void opensShardsOfPicklesAsOneMap() throws IOException {
    Files.copy(Fixtures.path("good.pth"), directory.resolve("pytorch_model-00001-of-00002.bin"));
    Files.copy(
        Fixtures.path("state_dict.pt"), directory.resolve("pytorch_model-00002-of-00002.bin"));
    Files.writeString(
        directory.resolve("pytorch_model.bin.index.json"),
        "{\"metadata\":{},\"weight_map\":{\"module.a.weight\":"
            + "\"pytorch_model-00002-of-00002.bin\",\"w\":\"pytorch_model-00001-of-00002.bin\"}}");
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.tensors().keySet()).containsExactly("module.a.weight", "w");
    }
    assertThat(Checkpoint.inspect(directory).get("w"))
        .isEqualTo(new TensorInfo("w", DType.F32, List.of(2L, 3L)));
  }

  @Test
  void indexAndShardsMustAgree() throws IOException {
    shard(SHARD_1, "a");
    writeIndex(Map.of("a", SHARD_1, "b", SHARD_2));
    assertRefused("names 1 of 2 shards that are missing: " + SHARD_2);
    shard(SHARD_2, "c");
    assertRefused("lacks the tensor 'b' that its index promises");
    shard(SHARD_2, "b", "c");
    assertRefused("doesn't mention 'c' in");
    shard(SHARD_2, "a", "b");
    assertRefused("tensor 'a' is in both");
    shard(SHARD_2, "b");
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      assertThat(checkpoint.tensors()).containsOnlyKeys("a", "b");
    }
    writeIndex(Map.of("a", SHARD_2, "b", SHARD_1));
    assertRefused("lacks the tensor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x.bin", "/etc/passwd", "a/b.bin", "..", ".", "", "C:x", "a\\\\b", "\\u0000"})
  void shardOutsideTheDirectoryIsRefused(String name) throws IOException {
    Files.writeString(index, "{\"weight_map\":{\"a\":\"" + name + "\"}}");
    assertRefused("is no file name in its own directory");
  }

  @Test
  void brokenIndexIsRefused() throws IOException {
    Files.writeString(index, "{\"weight_map\":{\"a\":3}}");
    assertRefused("no file name");
    Files.writeString(index, "{\"weight_map\":{}}");
    assertRefused("has no weight_map");
    Files.writeString(index, "[]");
    assertRefused("has no weight_map");
    Files.writeString(index, "{\"weight_map\":");
    assertRefused("not valid JSON");
    Files.writeString(index, "");
    assertRefused("is empty");
  }

  @Test
  void directoryThatIsNoCheckpointSaysWhatItContains() throws IOException {
    assertRefused("holds no weights", "it contains nothing");
    Files.writeString(directory.resolve("photo.jpg"), "x");
    assertRefused("it contains 'photo.jpg'");
    for (int i = 0; i < 10; i++) {
      Files.writeString(directory.resolve("z" + i), "x");
    }
    assertRefused("3 more");
  }

  @Test
  void otherPathsAreRefused() throws IOException {
    assertUserError(() -> Checkpoint.open(directory.resolve("none")), "none' does not exist");
    Path text = Files.writeString(directory.resolve("notes.txt"), "x");
    assertUserError(() -> Checkpoint.open(text), "notes.txt' is no weight file");
  }

  @Test
  void closingEndsTensors() throws Exception {
    Files.copy(Fixtures.path("plain.safetensors"), directory.resolve("model.safetensors"));
    Checkpoint checkpoint = Checkpoint.open(directory);
    StoredTensor tensor = checkpoint.tensor("cube");
    checkpoint.close();
    assertThatThrownBy(() -> tensor.memory().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  private void assertRefused(String... parts) {
    assertUserError(() -> Checkpoint.open(directory), parts);
    assertUserError(() -> Checkpoint.inspect(directory), parts);
  }

  private void shard(String file, String... names) {
    List<OutgoingTensor> tensors = new ArrayList<>();
    for (String name : names) {
      tensors.add(
          OutgoingTensor.of(
              new TensorInfo(name, DType.U8, List.of(1L)),
              () -> MemorySegment.ofArray(new byte[1])));
    }
    SafetensorsWriter.write(directory.resolve(file), tensors, Map.of(), WriteProgress.NONE);
  }

  private void writeIndex(Map<String, String> weightMap) throws IOException {
    List<String> entries = new ArrayList<>();
    weightMap.forEach((name, file) -> entries.add("\"" + name + "\":\"" + file + "\""));
    Files.writeString(index, "{\"weight_map\":{" + String.join(",", entries) + "}}");
  }
}
