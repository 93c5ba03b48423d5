package io.llavasg.perception.groundingdino;

import io.llavasg.nn.Linear;
import io.llavasg.nn.Parameters;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The network, under the names of Hugging Face's checkpoints. An image and a caption are encoded on
 * their own first, so that either may be used again with another partner.
 */
public final class GroundingDinoModel {
  private final ImageEncoder imageEncoder;
  private final BertEncoder textEncoder;
  private final Linear textProjection;
  private final FeatureEncoder encoder;
  private final QuerySelection selection;
  private final Tensor queries;
  private final QueryDecoder decoder;

  public GroundingDinoModel(Parameters parameters, GroundingDinoConfig config) {
    Parameters model = parameters.in("model");
    int size = config.dModel();
    imageEncoder = new ImageEncoder(model, config);
    textEncoder = new BertEncoder(model.in("text_backbone"), config.text());
    textProjection = Linear.of(model.in("text_projection"), config.text().hiddenSize(), size);
    encoder = new FeatureEncoder(model.in("encoder"), config);
    selection = new QuerySelection(model, config);
    queries = model.get("query_position_embeddings.weight", config.numQueries(), size);
    decoder = new QueryDecoder(model.in("decoder"), parameters, config);
  }

  /**
   * What the network finds; float32.
   *
   * @param logits (B, Q, T), of each query and token: sigmoid is the share of likeness
   * @param boxes (B, Q, 4), centre and sides as shares of the image's
   */
  public record Output(Tensor logits, Tensor boxes) {}

  /**
   * The maps of images, for any number of captions; in the innermost scope of the caller.
   *
   * @param pixels normalised (B, 3, height, width)
   */
  ImageFeatures encodeImage(Tensor pixels) {
    return imageEncoder.forward(pixels);
  }

  /** The tokens of a caption, for any number of images: (T, d). */
  Tensor encodeText(TextPrompt prompt) {
    try (var scope = Scope.open()) {
      return scope.keep(textProjection.forward(textEncoder.forward(prompt)));
    }
  }

  /** Finds a caption's things in images; the result is in the innermost scope of the caller. */
  Output detect(ImageFeatures image, Tensor text, TextPrompt prompt) {
    return detect(image, text, prompt, QueryDecoder.Results.LAST_LAYER).getLast();
  }

  private List<Output> detect(
      ImageFeatures image, Tensor text, TextPrompt prompt, QueryDecoder.Results results) {
    List<Output> outputs = new ArrayList<>();
    try (var scope = Scope.open()) {
      FusionLayer.Pair encoded = encoder.forward(image, text, prompt);
      QuerySelection.Selected selected = selection.forward(encoded, image.levels());
      Tensor tokens_BCT = encoded.text().transpose(1, 2);
      List<QueryDecoder.Decoded> decoded = new ArrayList<>();
      if (results == QueryDecoder.Results.EVERY_LAYER) {
        decoded.add(new QueryDecoder.Decoded(selected.features(), selected.boxes()));
      }
      Tensor content = queries.narrow(0, 0, selected.boxes().size(1));
      decoded.addAll(decoder.forward(content, selected.boxes(), encoded, image.levels(), results));
      for (QueryDecoder.Decoded one : decoded) {
        Tensor likeness = one.queries().matmul(tokens_BCT);
        outputs.add(new Output(scope.keep(likeness.to(DType.F32)), scope.keep(one.boxes())));
      }
    }
    return outputs;
  }

  /**
   * What the encoder proposes, and then what each layer of the decoder makes of it: all that
   * training has losses for. In the innermost scope of the caller.
   *
   * @param pixels normalised (B, 3, height, width)
   */
  public List<Output> everyLayer(Tensor pixels, TextPrompt prompt) {
    List<Output> kept = new ArrayList<>();
    try (var scope = Scope.open()) {
      for (Output output :
          detect(
              encodeImage(pixels), encodeText(prompt), prompt, QueryDecoder.Results.EVERY_LAYER)) {
        kept.add(new Output(scope.keep(output.logits()), scope.keep(output.boxes())));
      }
    }
    return kept;
  }

  /**
   * Encodes and detects in one go; the result is in the innermost scope of the caller.
   *
   * @param pixels normalised (B, 3, height, width)
   */
  public Output forward(Tensor pixels, TextPrompt prompt) {
    Tensor logits;
    Tensor boxes;
    try (var scope = Scope.open()) {
      Output output = detect(encodeImage(pixels), encodeText(prompt), prompt);
      logits = scope.keep(output.logits());
      boxes = scope.keep(output.boxes());
    }
    return new Output(logits, boxes);
  }
}
