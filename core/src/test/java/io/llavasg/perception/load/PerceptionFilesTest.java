package io.llavasg.perception.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.Precision;
import io.llavasg.checkpoint.SafetensorsWriter;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.perception.CheckpointKind;
import io.llavasg.perception.PerceptionConfig;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints are told apart by names of tensors, so a few tensors of the right names do. */
class PerceptionFilesTest {
  private static final Path MODELS = Path.of("src/test/resources/model");

  private static final List<String> RAM =
      List.of(
          "visual_encoder.patch_embed.proj.weight",
          "visual_encoder.layers.0.blocks.0.attn.qkv.weight",
          "tagging_head.encoder.layer.0.crossattention.self.query.weight",
          "label_embed",
          "wordvec_proj.weight",
          "text_decoder.cls.predictions.bias");

  private static final List<String> GROUNDING_DINO =
      List.of(
          "module.bert.embeddings.word_embeddings.weight",
          "module.backbone.0.layers.0.blocks.0.attn.qkv.weight",
          "module.transformer.encoder.text_layers.0.self_attn.in_proj_weight");

  private static final List<String> GROUNDING_DINO_HF =
      List.of(
          "model.text_backbone.embeddings.word_embeddings.weight",
          "model.encoder.layers.0.text_enhancer_layer.self_attn.query.weight");

  private static final List<String> SAM =
      List.of(
          "image_encoder.blocks.0.attn.qkv.weight",
          "prompt_encoder.no_mask_embed.weight",
          "mask_decoder.iou_token.weight");

  private static final List<String> SAM_HF =
      List.of("vision_encoder.layers.0.attn.qkv.weight", "mask_decoder.iou_token.weight");

  @TempDir private Path folder;

  private Path write(String name, List<String> tensors) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    List<OutgoingTensor> outgoing = new ArrayList<>();
    for (String tensor : tensors) {
      outgoing.add(
          OutgoingTensor.of(
              new TensorInfo(tensor, DType.F32, List.of(2L)), () -> Arena.ofAuto().allocate(8)));
    }
    SafetensorsWriter.write(file, outgoing, SafetensorsWriter.PYTORCH, (done, total) -> {});
    return file;
  }

  private static CheckpointKind kind(List<String> tensors) {
    return CheckpointKind.of("a file", tensors);
  }

  @Test
  void kindsByTheirTensors() {
    assertThat(kind(RAM)).isEqualTo(CheckpointKind.RAM);
    assertThat(kind(GROUNDING_DINO)).isEqualTo(CheckpointKind.GROUNDING_DINO);
    assertThat(kind(GROUNDING_DINO_HF)).isEqualTo(CheckpointKind.GROUNDING_DINO);
    assertThat(kind(SAM)).isEqualTo(CheckpointKind.SAM);
    assertThat(kind(SAM_HF)).isEqualTo(CheckpointKind.SAM);
    List<String> plus = new ArrayList<>(RAM);
    plus.add("reweight_scale");
    assertThat(kind(plus)).isEqualTo(CheckpointKind.RAM_PLUS);
    List<String> hq = new ArrayList<>(SAM);
    hq.add("mask_decoder.hf_token.weight");
    assertThat(kind(hq)).isEqualTo(CheckpointKind.SAM_HQ);
    assertThat(kind(List.of("layers.0.blocks.0.attn.qkv.weight"))).isEqualTo(CheckpointKind.SWIN);
    assertThat(kind(List.of("bert.embeddings.word_embeddings.weight")))
        .isEqualTo(CheckpointKind.BERT);
    assertThat(kind(List.of("weight", "bias"))).isEqualTo(CheckpointKind.UNKNOWN);
    List<String> mixed = new ArrayList<>(SAM);
    mixed.addAll(RAM);
    assertThatThrownBy(() -> kind(mixed))
        .hasMessageContaining("mixed")
        .hasMessageContaining("RAM (Recognize Anything)")
        .hasMessageContaining("SAM (Segment Anything)");
  }

  @Test
  void filesSideBySideAndDirectoriesAreFoundWhateverTheirNames() throws IOException {
    write("first.safetensors", SAM);
    write("some where/model.safetensors", GROUNDING_DINO_HF);
    Files.writeString(
        folder.resolve("some where/config.json"), "{\"model_type\": \"grounding-dino\"}");
    write("sam/weights.safetensors", RAM);
    Files.writeString(folder.resolve("sam/config.json"), "{\"image_res\": 96}");
    write("other/model.safetensors", List.of("weight"));
    Files.writeString(folder.resolve("notes.txt"), "nothing");
    PerceptionFiles files = PerceptionFiles.in(folder);
    files.requireFor(PerceptionConfig.DEFAULT);
    assertThat(files.require(CheckpointKind.SAM).path())
        .isEqualTo(folder.resolve("first.safetensors"));
    assertThat(files.require(CheckpointKind.GROUNDING_DINO).path())
        .isEqualTo(folder.resolve("some where"));
    assertThat(files.require(CheckpointKind.RAM).path())
        .isEqualTo(folder.resolve("sam/weights.safetensors"));
    // Five tensors of two floats: the text decoder is never read.
    PerceptionCheckpoint ram = files.require(CheckpointKind.RAM);
    assertThat(ram.bytes(Precision.AUTO)).isEqualTo(40);
    var halved =
        new PerceptionLoader(files, PerceptionConfig.DEFAULT, Precision.of(DType.BF16), Device.CPU);
    assertThat(halved.tagger().bytes()).isEqualTo(20);
  }

  @Test
  void whatIsMissingIsMissedWhenNeeded() throws IOException {
    write("detector.safetensors", GROUNDING_DINO);
    write("segmenter.safetensors", SAM);
    Files.writeString(folder.resolve("ram_swin_large_14m.pth"), "<html>not found</html>");
    PerceptionFiles files = PerceptionFiles.in(folder);
    files.requireFor(PerceptionConfig.DEFAULT.withTags(List.of("dog")));
    assertThatThrownBy(() -> files.requireFor(PerceptionConfig.DEFAULT))
        .hasMessageContaining("holds no checkpoint of RAM")
        .hasMessageContaining("detector.safetensors' (Grounding-DINO)")
        .hasMessageContaining("ram_swin_large_14m.pth': it is not a zip file")
        .hasMessageContaining("--tagger");
    assertThatThrownBy(() -> PerceptionFiles.none().require(CheckpointKind.SAM))
        .hasMessageContaining("--segmenter")
        .hasMessageContaining("--perception");
    assertThatThrownBy(() -> PerceptionFiles.in(folder.resolve("nowhere")))
        .hasMessageContaining("no perception directory");
  }

  @Test
  void ofTwoOneHasToBeNamed() throws IOException {
    Path base = write("base.safetensors", SAM);
    Path huge = write("huge/model.safetensors", SAM_HF);
    PerceptionFiles files = PerceptionFiles.in(folder);
    assertThatThrownBy(() -> files.require(CheckpointKind.SAM))
        .hasMessageContaining("base.safetensors")
        .hasMessageContaining("huge")
        .hasMessageContaining("--segmenter");
    assertThat(files.with(CheckpointKind.SAM, base).require(CheckpointKind.SAM).path())
        .isEqualTo(base);
    Files.writeString(folder.resolve("huge/config.json"), "{\"model_type\": \"sam\"}");
    assertThat(
            files.with(CheckpointKind.SAM, huge).require(CheckpointKind.SAM).path().getFileName())
        .hasToString("huge");
  }

  @Test
  void aWrongCheckpointIsToldWhatItLooksLike() throws IOException {
    Path sam = write("a.safetensors", SAM);
    PerceptionFiles none = PerceptionFiles.none();
    assertThatThrownBy(() -> none.with(CheckpointKind.RAM, sam))
        .hasMessageContaining("no checkpoint of RAM")
        .hasMessageContaining("looks like SAM (Segment Anything)");
    assertThatThrownBy(() -> none.with(CheckpointKind.SAM, MODELS.resolve("tiny-llava-sg")))
        .hasMessageContaining("looks like LLaVA-SG");
    assertThatThrownBy(() -> none.with(CheckpointKind.SAM, MODELS.resolve("tiny-llava-hf-f16")))
        .hasMessageContaining("looks like LLaVA");
    assertThatThrownBy(() -> none.with(CheckpointKind.SAM, MODELS.resolve("tiny-clip")))
        .hasMessageContaining("looks like CLIP");
    assertThatThrownBy(() -> none.with(CheckpointKind.SAM, MODELS.resolve("tiny-vicuna")))
        .hasMessageContaining("looks like a LLaMA");
    assertThatThrownBy(() -> none.with(CheckpointKind.RAM, folder.resolve("none.pth")))
        .hasMessageContaining("there is no checkpoint");
    assertThatThrownBy(
            () -> none.with(CheckpointKind.RAM, Files.createDirectory(folder.resolve("empty"))))
        .hasMessageContaining("no weights");
  }

  @Test
  void aManifestOfAnotherModelIsAMix() throws IOException {
    write("mix/model.safetensors", SAM);
    Files.writeString(folder.resolve("mix/config.json"), "{\"model_type\": \"grounding-dino\"}");
    assertThatThrownBy(() -> PerceptionFiles.none().with(CheckpointKind.SAM, folder.resolve("mix")))
        .hasMessageContaining("config.json says Grounding-DINO")
        .hasMessageContaining("those of SAM");
  }

  @Test
  void identityIsContentAndNotPlace() throws IOException {
    Path one = write("one.safetensors", SAM);
    Path copy = folder.resolve("deep/copy.safetensors");
    Files.createDirectories(copy.getParent());
    Files.copy(one, copy);
    String identity = PerceptionCheckpoint.inspect(one).identity();
    assertThat(PerceptionCheckpoint.inspect(copy).identity()).isEqualTo(identity);
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length - 1] ^= 1;
    Files.write(copy, bytes);
    assertThat(PerceptionCheckpoint.inspect(copy).identity()).isNotEqualTo(identity);
  }

  /** Each tensor has 2 MiB, so that one lies beyond both ends of its file. */
  @Test
  void identityChangesWithAnyTensor() throws IOException {
    List<OutgoingTensor> outgoing = new ArrayList<>();
    for (String tensor : SAM) {
      TensorInfo info = new TensorInfo(tensor, DType.F32, List.of(1L << 19));
      outgoing.add(OutgoingTensor.of(info, () -> Arena.ofAuto().allocate(1 << 21)));
    }
    Path file = folder.resolve("large.safetensors");
    SafetensorsWriter.write(file, outgoing, SafetensorsWriter.PYTORCH, (done, total) -> {});
    String identity = PerceptionCheckpoint.inspect(file).identity();
    long end = Files.size(file);
    for (int i = 1; i <= SAM.size(); i++) {
      for (long inside : new long[] {0, 1 << 20}) {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
          bytes.seek(end - ((long) i << 21) + inside);
          bytes.write(1);
          assertThat(PerceptionCheckpoint.inspect(file).identity())
              .as("byte %d of the last tensor but %d", inside, i - 1)
              .isNotEqualTo(identity);
          bytes.seek(end - ((long) i << 21) + inside);
          bytes.write(0);
        }
      }
    }
    assertThat(PerceptionCheckpoint.inspect(file).identity()).isEqualTo(identity);
  }
}
