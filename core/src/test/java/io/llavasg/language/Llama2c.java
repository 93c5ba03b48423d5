package io.llavasg.language;

import io.llavasg.nn.Activation;
import io.llavasg.nn.Parameters;
import io.llavasg.nn.Rope;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Lifetime;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A model in llama2.c's format: seven int32 (dim, hidden, layers, heads, key_value heads,
 * vocabulary, length), then float32 weights, each kind for all layers at once. A negative
 * vocabulary says that the head is not the embedding table.
 */
final class Llama2c implements Parameters, AutoCloseable {
  private final Map<String, float[]> weights = new HashMap<>();
  private final Lifetime lifetime = new Lifetime();
  private final LlamaConfig config;

  Llama2c(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int dim = bytes.getInt();
    int hidden = bytes.getInt();
    int layers = bytes.getInt();
    int heads = bytes.getInt();
    int keyValueHeads = bytes.getInt();
    int signedVocabulary = bytes.getInt();
    int vocabulary = Math.abs(signedVocabulary);
    int length = bytes.getInt();
    int headDim = dim / heads;
    boolean tied = signedVocabulary > 0;
    config =
        new LlamaConfig(
            vocabulary,
            dim,
            hidden,
            layers,
            heads,
            keyValueHeads,
            headDim,
            length,
            1e-5,
            new Rope(headDim, 10_000, 1),
            Activation.SILU,
            tied);
    FloatBuffer floats = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    weights.put("model.embed_tokens.weight", take(floats, vocabulary * dim));
    layers(floats, "input_layernorm", dim);
    layers(floats, "self_attn.q_proj", dim * dim);
    layers(floats, "self_attn.k_proj", keyValueHeads * headDim * dim);
    layers(floats, "self_attn.v_proj", keyValueHeads * headDim * dim);
    layers(floats, "self_attn.o_proj", dim * dim);
    layers(floats, "post_attention_layernorm", dim);
    layers(floats, "mlp.gate_proj", hidden * dim);
    layers(floats, "mlp.down_proj", dim * hidden);
    layers(floats, "mlp.up_proj", hidden * dim);
    weights.put("model.norm.weight", take(floats, dim));
    take(floats, length * headDim); // cosines and sines, which follow from the config
    if (!tied) {
      weights.put("lm_head.weight", take(floats, vocabulary * dim));
    }
    if (floats.hasRemaining()) {
      throw new IOException(file + " has " + floats.remaining() + " floats too many");
    }
  }

  private static float[] take(FloatBuffer floats, int count) {
    float[] values = new float[count];
    floats.get(values);
    return values;
  }

  private void layers(FloatBuffer floats, String name, int count) {
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      weights.put("model.layers." + i + "." + name + ".weight", take(floats, count));
    }
  }

  @Override
  public boolean contains(String name) {
    return weights.containsKey(name);
  }

  @Override
  public Tensor get(String name, long... shape) {
    float[] stored = weights.get(name);
    if (stored == null) {
      throw new IllegalArgumentException("no " + name);
    }
    boolean rotated = name.contains("q_proj") || name.contains("k_proj");
    float[] values = rotated ? halfSplit(stored) : stored;
    try (var scope = Scope.open()) {
      return lifetime.own(Tensor.of(values, shape));
    }
  }

  /**
   * llama2.c turns neighbouring dimensions 2i and 2i + 1 of a head, our rope i and i + D/2: so rows
   * change places, which no product of queries and keys notices.
   */
  private float[] halfSplit(float[] rows) {
    int columns = config.hiddenSize();
    int headDim = config.headDim();
    float[] moved = new float[rows.length];
    for (int row = 0; row < rows.length / columns; row++) {
      int head = row / headDim;
      int within = row % headDim;
      int to = head * headDim + within / 2 + (within % 2) * headDim / 2;
      System.arraycopy(rows, row * columns, moved, to * columns, columns);
    }
    return moved;
  }

  /** The {@code steps} tokens that the model prefers after {@code first}, one by one. */
  int[] greedy(int first, int steps) {
    LlamaDecoder decoder = new LlamaDecoder(this, config);
    return Torch.infer(
        () -> {
          int[] ids = new int[steps];
          int token = first;
          try (var cache = KeyValueCache.allocate(config, 1, steps, DType.F32, Device.CPU)) {
            for (int at = 0; at < steps; at++) {
              try (var scope = Scope.open()) {
                Tensor embedded = decoder.embedding().forward(token).unsqueeze(0);
                Tensor hidden = decoder.forward(embedded, new int[][] {{at}}, Mask.NONE, cache);
                token = Math.toIntExact(decoder.logits(hidden).argmax(-1).item());
                ids[at] = token;
              }
            }
          }
          return ids;
        });
  }

  LlamaConfig config() {
    return config;
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
