package io.llavasg.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * LLaVA-1.5-13B with its true shapes in bfloat16, and no weights: the file's data is a hole, which
 * takes no space on a disk.
 */
final class SparseCheckpoint {
  static final int VISION = 1024;
  static final int VISION_MLP = 4096;
  static final int VISION_LAYERS = 24;
  static final int POSITIONS = 577;
  static final int HIDDEN = 5120;
  static final int MLP = 13824;
  static final int LAYERS = 40;
  static final int VOCABULARY = 32064;

  private final ObjectNode header = new ObjectMapper().createObjectNode();
  private long end;

  private SparseCheckpoint() {}

  /** Writes a checkpoint into {@code directory}. */
  static void write(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "llava", "image_token_index": 32000,
         "text_config": {"model_type": "llama", "hidden_size": 5120, "intermediate_size": 13824,
           "num_hidden_layers": 40, "num_attention_heads": 40, "num_key_value_heads": 40,
           "max_position_embeddings": 4096, "rms_norm_eps": 1e-05, "vocab_size": 32064},
         "vision_config": {"model_type": "clip_vision_model", "hidden_size": 1024,
           "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16,
           "image_size": 336, "patch_size": 14}}
        """);
    SparseCheckpoint weights = new SparseCheckpoint();
    weights.addTower();
    weights.addLinear("multi_modal_projector.linear_1", HIDDEN, VISION);
    weights.addLinear("multi_modal_projector.linear_2", HIDDEN, HIDDEN);
    weights.addLanguageModel();
    weights.writeTo(directory.resolve("model.safetensors"));
  }

  private void addTower() {
    String tower = "vision_tower.vision_model.";
    add(tower + "embeddings.class_embedding", VISION);
    add(tower + "embeddings.patch_embedding.weight", VISION, 3, 14, 14);
    add(tower + "embeddings.position_embedding.weight", POSITIONS, VISION);
    addNorm(tower + "pre_layrnorm");
    addNorm(tower + "post_layernorm");
    for (int i = 0; i < VISION_LAYERS; i++) {
      String layer = tower + "encoder.layers." + i + ".";
      for (String name : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
        addLinear(layer + "self_attn." + name, VISION, VISION);
      }
      addLinear(layer + "mlp.fc1", VISION_MLP, VISION);
      addLinear(layer + "mlp.fc2", VISION, VISION_MLP);
      addNorm(layer + "layer_norm1");
      addNorm(layer + "layer_norm2");
    }
  }

  private void addLanguageModel() {
    add("language_model.model.embed_tokens.weight", VOCABULARY, HIDDEN);
    for (int i = 0; i < LAYERS; i++) {
      String layer = "language_model.model.layers." + i + ".";
      for (String name : new String[] {"q_proj", "k_proj", "v_proj", "o_proj"}) {
        add(layer + "self_attn." + name + ".weight", HIDDEN, HIDDEN);
      }
      add(layer + "mlp.gate_proj.weight", MLP, HIDDEN);
      add(layer + "mlp.up_proj.weight", MLP, HIDDEN);
      add(layer + "mlp.down_proj.weight", HIDDEN, MLP);
      add(layer + "input_layernorm.weight", HIDDEN);
      add(layer + "post_attention_layernorm.weight", HIDDEN);
    }
    add("language_model.model.norm.weight", HIDDEN);
    add("language_model.lm_head.weight", VOCABULARY, HIDDEN);
  }

  private void addNorm(String name) {
    add(name + ".weight", VISION);
    add(name + ".bias", VISION);
  }

  private void addLinear(String name, int out, int in) {
    add(name + ".weight", out, in);
    add(name + ".bias", out);
  }

  private void add(String name, long... shape) {
    ObjectNode entry = header.putObject(name).put("dtype", "BF16");
    var sizes = entry.putArray("shape");
    long bytes = 2;
    for (long size : shape) {
      sizes.add(size);
      bytes *= size;
    }
    entry.putArray("data_offsets").add(end).add(end + bytes);
    end += bytes;
  }

  private void writeTo(Path file) throws IOException {
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      sparse.write(length.putLong(json.length).array());
      sparse.write(json);
      sparse.setLength(8 + json.length + end);
    }
  }
}
