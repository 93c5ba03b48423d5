package io.llavasg.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {

  @TempDir private Path directory;

  @Test
  void writesWhatItReadAndAlignsIt() throws IOException {
    Path file = directory.resolve("new").resolve("copy.safetensors");
    List<Long> progress = new ArrayList<>();
    try (TorchFile source = TorchFile.open(Fixtures.path("views-protocol2.bin"))) {
      SafetensorsWriter.write(
          file,
          outgoing(source),
          SafetensorsWriter.PYTORCH,
          (done, total) -> progress.add(total - done));
      try (SafetensorsFile copy = SafetensorsFile.open(file)) {
        Fixtures.assertAsExpected(copy.tensors(), "views-protocol2.bin");
        assertThat(copy.tensors().keySet()).containsExactlyElementsOf(source.tensors().keySet());
        assertThat(copy.tensors().values()).allMatch(StoredTensor::isAligned);
        assertThat(copy.metadata()).isEqualTo(Map.of("format", "pt"));
      }
    }
    assertThat(progress)
        .isNotEmpty()
        .isSortedAccordingTo((a, b) -> Long.compare(b, a))
        .endsWith(0L);
    assertThat(SafetensorsHeader.read(file).dataStart() % 8).isZero();
  }

  @Test
  void writingTwiceGivesTheSameBytes() throws IOException {
    Path first = directory.resolve("a.safetensors");
    Path second = directory.resolve("b.safetensors");
    try (TorchFile source = TorchFile.open(Fixtures.path("views-protocol2.bin"))) {
      SafetensorsWriter.write(first, outgoing(source), Map.of(), WriteProgress.NONE);
    }
    try (SafetensorsFile source = SafetensorsFile.open(first)) {
      SafetensorsWriter.write(second, outgoing(source), Map.of(), WriteProgress.NONE);
    }
    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void splitsIntoShardsThatOpenAsOne() throws IOException {
    try (TorchFile source = TorchFile.open(Fixtures.path("views-protocol2.bin"))) {
      List<Path> files = ShardedWriter.write(directory, outgoing(source), 200, WriteProgress.NONE);
      assertThat(files).hasSizeGreaterThan(2);
      assertThat(files.get(0).getFileName())
          .hasToString("model-00001-of-%05d.safetensors".formatted(files.size()));
      for (Path file : files) {
        SafetensorsHeader header = SafetensorsHeader.read(file);
        assertThat(header.fileSize() - header.dataStart()).isLessThanOrEqualTo(200);
      }
      try (Checkpoint checkpoint = Checkpoint.open(directory)) {
        Fixtures.assertAsExpected(checkpoint.tensors(), "views-protocol2.bin");
        // Over its own source, while that is mapped: the old files go once the new are complete.
        ShardedWriter.write(
            directory, outgoing(checkpoint), ShardedWriter.SHARD_BYTES, WriteProgress.NONE);
      }
    }
    assertThat(names()).containsExactly("model.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      Fixtures.assertAsExpected(checkpoint.tensors(), "views-protocol2.bin");
    }
  }

  @Test
  void failureLeavesWhatWasThereAndNothingElse() throws IOException {
    OutgoingTensor good = tensor("good", 4, 4);
    SafetensorsWriter.write(
        directory.resolve("model.safetensors"), List.of(good), Map.of(), WriteProgress.NONE);
    byte[] before = Files.readAllBytes(directory.resolve("model.safetensors"));
    OutgoingTensor throwing =
        new OutgoingTensor(
            new TensorInfo("bad", DType.U8, List.of(4L)),
            sink -> {
              throw LlavaSgException.user("no such weights");
            });
    for (OutgoingTensor bad : List.of(throwing, tensor("bad", 4, 3), tensor("good", 4, 4))) {
      for (long shardBytes : new long[] {4, 100}) {
        assertThatThrownBy(
                () ->
                    ShardedWriter.write(
                        directory, List.of(good, bad), shardBytes, WriteProgress.NONE))
            .isInstanceOf(RuntimeException.class);
      }
      assertThatThrownBy(
              () ->
                  SafetensorsWriter.write(
                      directory.resolve("model.safetensors"),
                      List.of(good, bad),
                      Map.of(),
                      WriteProgress.NONE))
          .isInstanceOf(RuntimeException.class);
      assertThat(names()).containsExactly("model.safetensors");
      assertThat(directory.resolve("model.safetensors")).hasBinaryContent(before);
    }
  }

  @Test
  void moreThanTheDiskHoldsIsRefusedBeforeWriting() {
    OutgoingTensor huge =
        new OutgoingTensor(
            new TensorInfo("huge", DType.U8, List.of(1L << 60)),
            sink -> {
              throw new AssertionError("asked for its values");
            });
    assertThatThrownBy(
            () ->
                ShardedWriter.write(
                    directory, List.of(huge), ShardedWriter.SHARD_BYTES, WriteProgress.NONE))
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.RESOURCES))
        .hasMessageContaining("MB free");
    assertThat(names()).isEmpty();
  }

  @Test
  void placeThatCannotBeWrittenToIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    Fixtures.assertUserError(
        () ->
            ShardedWriter.write(
                file, List.of(tensor("a", 1, 1)), ShardedWriter.SHARD_BYTES, WriteProgress.NONE),
        "is not a directory that can be written to");
  }

  private List<String> names() {
    try (Stream<Path> children = Files.list(directory)) {
      return children.map(child -> String.valueOf(child.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static OutgoingTensor tensor(String name, long claimed, int given) {
    return OutgoingTensor.of(
        new TensorInfo(name, DType.U8, List.of(claimed)),
        () -> MemorySegment.ofArray(new byte[given]));
  }

  private static List<OutgoingTensor> outgoing(WeightFile source) {
    return source.tensors().values().stream().map(OutgoingTensor::of).toList();
  }
}
