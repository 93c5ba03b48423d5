package io.llavasg.train;

import io.llavasg.language.LlamaDecoder;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.nn.Rope;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Functional.Mask;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import io.llavasg.train.TrainingSettings.Activations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The loss of a micro-batch, and its gradients. */
final class BackwardPass {
  private final LlavaSgModel model;
  private final List<TrainedParameter> parameters;
  private final Activations activations;
  private final BatchEmbedder embedder;
  private final boolean decoderIsTrained;

  BackwardPass(LlavaSgModel model, List<TrainedParameter> parameters, Activations activations) {
    this.model = model;
    this.parameters = parameters;
    this.activations = activations;
    this.embedder = new BatchEmbedder(model);
    ModuleName decoder = ModuleName.of("language_model");
    decoderIsTrained = parameters.stream().map(TrainedParameter::name).anyMatch(decoder::matches);
  }

  /**
   * Adds a micro-batch's gradients to the parameters'.
   *
   * @param labelTokens of the whole step, by which its loss is divided
   * @param seed of what is random in it
   * @return its share of the step's loss; no gradient is added if that is no number
   */
  double run(MicroBatch batch, long labelTokens, long seed) {
    try (var scope = Scope.open()) {
      Torch.seed(seed);
      Tensor embeddings = embedder.embed(batch);
      double loss =
          activations == Activations.KEPT
              ? kept(embeddings, batch, labelTokens, seed)
              : recomputed(embeddings, batch, labelTokens, seed);
      collect();
      return loss;
    }
  }

  private double kept(Tensor embeddings, MicroBatch batch, long labelTokens, long seed) {
    Decoder decoder = new Decoder(embeddings, batch.longest(), seed);
    Tensor rows = LlamaDecoder.rows(embeddings);
    for (int i = 0; i < decoder.layers; i++) {
      rows = decoder.layer(i, rows);
    }
    Tensor loss = loss(rows, batch, labelTokens);
    double value = loss.toFloats()[0];
    // No gradient flows where, say, only the scene graph is trained and no example has one.
    if (Double.isFinite(value) && Autograd.isTracked(loss)) {
      Autograd.backward(loss);
    }
    return value;
  }

  private double recomputed(Tensor embeddings, MicroBatch batch, long labelTokens, long seed) {
    Decoder decoder = new Decoder(embeddings, batch.longest(), seed);
    List<Tensor> inputs = new ArrayList<>();
    inputs.add(Autograd.detach(LlamaDecoder.rows(embeddings)));
    Torch.withoutGradients(
        () -> {
          for (int i = 0; i < decoder.layers; i++) {
            inputs.add(decoder.layer(i, inputs.get(i)));
          }
          return inputs;
        });
    try (var scope = Scope.open()) {
      Tensor last = Autograd.track(Autograd.detach(inputs.get(decoder.layers)));
      Tensor loss = loss(last, batch, labelTokens);
      double value = loss.toFloats()[0];
      if (!Double.isFinite(value) || !(decoderIsTrained || Autograd.isTracked(embeddings))) {
        return value;
      }
      Autograd.backward(loss);
      collect();
      Tensor gradient = Autograd.gradient(last).orElseThrow();
      for (int i = decoder.layers - 1; i >= 0; i--) {
        gradient = decoder.backward(i, inputs.get(i), gradient);
        inputs.get(i).free();
        collect();
      }
      if (Autograd.isTracked(embeddings)) {
        Autograd.backward(embeddings, gradient.reshape(embeddings.shape()));
      }
      return value;
    }
  }

  /** Sum over the batch's label tokens, divided by those of the step. */
  private Tensor loss(Tensor rows, MicroBatch batch, long labelTokens) {
    try (var scope = Scope.open()) {
      LlamaDecoder language = model.languageModel();
      List<Long> indices = new ArrayList<>();
      List<Long> tokens = new ArrayList<>();
      for (int row = 0; row < batch.labels().size(); row++) {
        Labels labels = batch.labels().get(row);
        for (int position : labels.positions()) {
          indices.add((long) row * batch.longest() + position);
        }
        Arrays.stream(labels.tokens()).forEach(tokens::add);
      }
      // The head is the widest product of all, and only label positions need it.
      Tensor predicting = rows.indexSelect(0, ids(indices, rows));
      Tensor logits = language.logits(language.normed(predicting));
      Tensor sum = Functional.crossEntropySum(logits, ids(tokens, rows));
      return scope.keep(sum.div((double) labelTokens));
    }
  }

  private static Tensor ids(List<Long> ids, Tensor like) {
    return Tensor.of(ids.stream().mapToLong(Long::longValue).toArray(), ids.size())
        .to(like.device());
  }

  private void collect() {
    parameters.forEach(TrainedParameter::collect);
  }

  /** The decoder's layers over one batch. */
  private final class Decoder {
    private final LlamaDecoder language = model.languageModel();
    final int layers = language.config().numHiddenLayers();
    private final long batch;
    private final Rope.Rotation rotation;
    private final long seed;

    Decoder(Tensor embeddings, int length, long seed) {
      batch = embeddings.size(0);
      rotation = language.rotation(new int[][] {IntStream.range(0, length).toArray()}, embeddings);
      this.seed = seed;
    }

    /** The same output whenever it is run on the same input. */
    Tensor layer(int index, Tensor rows) {
      Torch.seed(Seeds.of(seed, index));
      return language.layer(index, rows, batch, rotation, Mask.CAUSAL);
    }

    /** Runs a layer again, recorded, and gives the gradient of its input for its output's. */
    Tensor backward(int index, Tensor input, Tensor gradient) {
      try (var scope = Scope.open()) {
        Tensor leaf = Autograd.track(Autograd.detach(input));
        Autograd.backward(layer(index, leaf), gradient);
        return scope.keep(Autograd.gradient(leaf).orElseThrow());
      }
    }
  }
}
