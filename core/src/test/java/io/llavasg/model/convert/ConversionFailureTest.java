package io.llavasg.model.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.LlavaSgException.Fault;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.SafetensorsWriter;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.checkpoint.WriteProgress;
import io.llavasg.model.ComponentFixture;
import io.llavasg.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input: one line each, and nothing left behind. */
class ConversionFailureTest {
  @TempDir private Path directory;

  private static Path path(String name) {
    return ComponentFixture.path(name);
  }

  private void write(Conversion conversion) {
    conversion.write(directory.resolve("out"), ConversionOptions.DEFAULT, WriteProgress.NONE);
  }

  private void assertRefused(ThrowingCallable conversion, String... words) throws IOException {
    List<Path> before = children();
    assertThatThrownBy(conversion)
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(Fault.USER);
              assertThat(e.getMessage()).contains(words).doesNotContain("\n");
            });
    assertThat(children()).isEqualTo(before);
  }

  private List<Path> children() throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.sorted().toList();
    }
  }

  /** A copy of a fixture without its file {@code left}. */
  private Path copyWithout(String fixture, String left) throws IOException {
    Path copy = Files.createDirectory(directory.resolve("copy"));
    try (Stream<Path> files = Files.list(path(fixture))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.equals(left)) {
          Files.copy(file, copy.resolve(name));
        }
      }
    }
    return copy;
  }

  @Test
  void noCheckpoint() throws IOException {
    assertRefused(
        () -> write(Conversion.from(directory.resolve("nowhere"), Optional.empty())), "nowhere");
    assertRefused(
        () -> write(Conversion.from(directory, Optional.empty())), "no checkpoint", "config.json");
  }

  @Test
  void wrongKindsOfDirectories() throws IOException {
    Path llm = path("tiny-vicuna");
    Path clip = path("tiny-clip");
    assertRefused(() -> write(Conversion.from(llm, Optional.empty())), "--llm");
    assertRefused(() -> write(Conversion.from(clip, Optional.empty())), "--vision");
    assertRefused(
        () -> write(Conversion.ofParts(path("tiny-llava-hf-f16"), clip, Optional.empty())),
        "LLaVA already",
        "--from");
    assertRefused(
        () -> write(Conversion.ofParts(clip, clip, Optional.empty())), "only LLaMA is supported");
    assertRefused(
        () -> write(Conversion.ofParts(llm, llm, Optional.empty())), "only CLIP is supported");
  }

  @Test
  void missingVisionTower() throws IOException {
    assertRefused(
        () -> write(Conversion.from(path("tiny-llava-original-tower"), Optional.empty())),
        "openai/tiny-clip-patch14-70",
        "--vision");
    assertRefused(
        () ->
            write(
                Conversion.ofParts(
                    path("tiny-vicuna"), directory.resolve("nowhere"), Optional.empty())),
        "nowhere");
  }

  @Test
  void projectorOfAnotherShapeOrNone() throws IOException {
    Path projector = directory.resolve("projector.safetensors");
    List<OutgoingTensor> tensors = new ArrayList<>();
    Map<String, List<Long>> shapes =
        Map.of(
            "model.mm_projector.0.weight", List.of(32L, 20L),
            "model.mm_projector.0.bias", List.of(32L),
            "model.mm_projector.2.weight", List.of(32L, 32L),
            "model.mm_projector.2.bias", List.of(32L));
    shapes.forEach(
        (name, shape) -> {
          TensorInfo info = new TensorInfo(name, DType.F16, shape);
          tensors.add(
              OutgoingTensor.of(
                  info, () -> MemorySegment.ofArray(new byte[(int) info.byteSize()])));
        });
    SafetensorsWriter.write(projector, tensors, Map.of(), WriteProgress.NONE);
    Path llm = path("tiny-vicuna");
    Path clip = path("tiny-clip");
    assertRefused(
        () -> write(Conversion.ofParts(llm, clip, Optional.of(projector))),
        "multi_modal_projector.linear_1.weight is [32, 20], not [32, 24]");
    assertRefused(
        () -> write(Conversion.ofParts(llm, clip, Optional.of(directory.resolve("no.bin")))),
        "no.bin",
        "does not exist");
    Path noProjector = directory.resolve("other.safetensors");
    TensorInfo info = new TensorInfo("step", DType.F32, List.of(1L));
    SafetensorsWriter.write(
        noProjector,
        List.of(OutgoingTensor.of(info, () -> MemorySegment.ofArray(new byte[4]))),
        Map.of(),
        WriteProgress.NONE);
    assertRefused(
        () -> write(Conversion.ofParts(llm, clip, Optional.of(noProjector))),
        "4 missing (multi_modal_projector.linear_1.weight",
        "1 unexpected (step)");
  }

  @Test
  void missingWeight() throws IOException {
    Path copy = copyWithout("tiny-llava-sg", "model.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(path("tiny-llava-sg"))) {
      List<OutgoingTensor> tensors =
          checkpoint.tensors().values().stream()
              .filter(tensor -> !tensor.name().equals("language_model.model.norm.weight"))
              .map(OutgoingTensor::of)
              .toList();
      SafetensorsWriter.write(
          copy.resolve("model.safetensors"), tensors, Map.of(), WriteProgress.NONE);
    }
    assertRefused(
        () -> write(Conversion.from(copy, Optional.empty())),
        "1 missing (language_model.model.norm.weight)");
  }

  @Test
  void missingTokenizer() throws IOException {
    Path copy = copyWithout("tiny-llava-hf-f16", "tokenizer.json");
    assertRefused(() -> write(Conversion.from(copy, Optional.empty())), "no tokenizer");
  }

  @Test
  void imageTokenThatDisagrees() throws IOException {
    Path copy = copyWithout("tiny-llava-hf-f16", "config.json");
    String config = Files.readString(path("tiny-llava-hf-f16").resolve("config.json"));
    Files.writeString(
        copy.resolve("config.json"),
        config.replaceFirst("\"image_token_index\": *600", "\"image_token_index\": 605"));
    assertRefused(() -> write(Conversion.from(copy, Optional.empty())), "<image>", "600", "605");
  }

  @Test
  void aSceneGraphsShapeIsNotChosenAnew() throws IOException {
    ConversionOptions options = ConversionOptions.DEFAULT.withSceneGraph(Shapes.small());
    assertRefused(
        () ->
            Conversion.from(path("tiny-llava-sg"), Optional.empty())
                .write(directory.resolve("out"), options, WriteProgress.NONE),
        "has a scene graph already");
  }

  @Test
  void outThatIsTaken() throws IOException {
    Path out = Files.createDirectory(directory.resolve("out"));
    Files.writeString(out.resolve("precious.txt"), "mine");
    Conversion conversion = Conversion.from(path("tiny-llava-hf-f16"), Optional.empty());
    assertRefused(() -> write(conversion), "not empty", "--out");
    assertThat(out.resolve("precious.txt")).hasContent("mine");
    Files.delete(out.resolve("precious.txt"));
    Files.delete(out);
    Files.writeString(out, "a file");
    assertRefused(() -> write(conversion), "no directory");
    Files.delete(out);
    Files.createDirectory(out);
    conversion.write(
        out, ConversionOptions.DEFAULT.withSceneGraph(Shapes.small()), WriteProgress.NONE);
    assertThat(out).isDirectoryContaining("glob:**config.json");
  }

  @Test
  void aFailureMidwayLeavesNothing() throws IOException {
    Conversion conversion = Conversion.from(path("tiny-llava-hf-f16"), Optional.empty());
    List<Path> before = children();
    assertThatThrownBy(
            () ->
                conversion.write(
                    directory.resolve("out"),
                    ConversionOptions.DEFAULT.withSceneGraph(Shapes.small()),
                    (done, total) -> {
                      if (done > total / 2) {
                        throw LlavaSgException.resources("the disk is full");
                      }
                    }))
        .hasMessage("the disk is full");
    assertThat(children()).isEqualTo(before);
  }
}
