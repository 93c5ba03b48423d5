package io.llavasg.bench;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Checkpoint;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.language.LlamaConfig;
import io.llavasg.model.Layout;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes a checkpoint's language model as a GGUF file (version 3), for llama.cpp's benchmark: the
 * weights as stored, norms in float32, and a vocabulary of placeholders. Queries and keys aren't
 * permuted for llama.cpp's interleaved rope: answers would be wrong, times are right.
 */
final class Gguf {
  private static final int ALIGNMENT = 32;
  private static final long CHUNK = 64 << 20;
  private static final Map<String, String> NAMES =
      Map.of(
          "input_layernorm", "attn_norm",
          "self_attn.q_proj", "attn_q",
          "self_attn.k_proj", "attn_k",
          "self_attn.v_proj", "attn_v",
          "self_attn.o_proj", "attn_output",
          "post_attention_layernorm", "ffn_norm",
          "mlp.gate_proj", "ffn_gate",
          "mlp.up_proj", "ffn_up",
          "mlp.down_proj", "ffn_down");

  private final FileChannel channel;

  private Gguf(FileChannel channel) {
    this.channel = channel;
  }

  /** Writes the language model of the LLaVA in {@code directory} to {@code file}. */
  static void write(Path directory, Path file) throws IOException {
    LlamaConfig config = ModelFiles.read(directory, Optional.empty()).config().text();
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      Map<String, StoredTensor> tensors = new TreeMap<>();
      Layout.LLAVA_HF
          .weightMap()
          .rename(checkpoint.tensors())
          .forEach((name, tensor) -> ggufName(name).ifPresent(to -> tensors.put(to, tensor)));
      new Gguf(channel).write(config, tensors);
    }
  }

  private static Optional<String> ggufName(String name) {
    String prefix = "language_model.model.layers.";
    if (name.startsWith(prefix)) {
      String[] parts = name.substring(prefix.length()).split("\\.", 2);
      String module = parts[1].substring(0, parts[1].length() - ".weight".length());
      return Optional.ofNullable(NAMES.get(module))
          .map(to -> "blk." + parts[0] + "." + to + ".weight");
    }
    return switch (name) {
      case "language_model.model.embed_tokens.weight" -> Optional.of("token_embd.weight");
      case "language_model.model.norm.weight" -> Optional.of("output_norm.weight");
      case "language_model.lm_head.weight" -> Optional.of("output.weight");
      default -> Optional.empty();
    };
  }

  private void write(LlamaConfig config, Map<String, StoredTensor> tensors) throws IOException {
    GgufHeader header = new GgufHeader();
    header.text("general.architecture", "llama").text("general.name", "random");
    header.integer("general.alignment", ALIGNMENT);
    header.integer("llama.context_length", config.maxPositionEmbeddings());
    header.integer("llama.embedding_length", config.hiddenSize());
    header.integer("llama.block_count", config.numHiddenLayers());
    header.integer("llama.feed_forward_length", config.intermediateSize());
    header.integer("llama.attention.head_count", config.numAttentionHeads());
    header.integer("llama.attention.head_count_kv", config.numKeyValueHeads());
    header.integer("llama.rope.dimension_count", config.headDim());
    header.integer("llama.vocab_size", config.vocabSize());
    header.real("llama.attention.layer_norm_rms_epsilon", (float) config.rmsNormEps());
    header.real("llama.rope.freq_base", (float) config.rope().theta());
    header.text("tokenizer.ggml.model", "llama").text("tokenizer.ggml.pre", "default");
    header.placeholderVocabulary(config.vocabSize());
    header.integer("tokenizer.ggml.bos_token_id", 1).integer("tokenizer.ggml.eos_token_id", 2);
    List<Long> ends = new ArrayList<>();
    long offset = 0;
    for (Map.Entry<String, StoredTensor> entry : tensors.entrySet()) {
      StoredTensor tensor = entry.getValue();
      DType dtype = written(tensor);
      header.tensor(entry.getKey(), type(dtype), tensor.shape(), offset);
      offset = aligned(offset + tensor.info().elements() * dtype.bytes());
      ends.add(offset);
    }
    writeAll(header.bytes());
    long start = aligned(channel.position());
    channel.position(start);
    int at = 0;
    for (StoredTensor tensor : tensors.values()) {
      writeTensor(tensor);
      pad(start + ends.get(at++));
    }
  }

  private void writeTensor(StoredTensor tensor) throws IOException {
    if (written(tensor) == tensor.dtype()) {
      writeAll(tensor.data());
      return;
    }
    Torch.<Boolean>infer(
        () -> {
          try (var scope = Scope.open()) {
            Tensor read = Tensor.over(tensor.data(), tensor.dtype(), tensor.info().elements());
            writeAll(read.to(DType.F32).memory());
            return true;
          }
        });
  }

  private void writeAll(MemorySegment data) throws IOException {
    for (long from = 0; from < data.byteSize(); from += CHUNK) {
      long length = Math.min(CHUNK, data.byteSize() - from);
      writeAll(data.asSlice(from, length).asByteBuffer());
    }
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void pad(long end) throws IOException {
    writeAll(ByteBuffer.allocate(Math.toIntExact(end - channel.position())));
  }

  /** llama.cpp wants vectors in float32. */
  private static DType written(StoredTensor tensor) {
    return tensor.shape().size() == 1 ? DType.F32 : tensor.dtype();
  }

  private static int type(DType dtype) {
    return switch (dtype) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 30;
      default -> throw LlavaSgException.user("GGUF has no dtype for %s here", dtype);
    };
  }

  private static long aligned(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
