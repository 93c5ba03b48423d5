package io.llavasg.perception.ram;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.nn.Activation;
import io.llavasg.perception.swin.SwinConfig;
import java.util.List;
import java.util.Optional;

/**
 * Shape of a RAM.
 *
 * @param imageSize side of the square image in pixels
 * @param swin the image tower
 * @param head the layers in which tags look at the image
 */
public record RamConfig(int imageSize, SwinConfig swin, Head head) {

  /**
   * Shape of the recognition head.
   *
   * @param embeddingSize size of tags' text embeddings, and of the image tokens they look at
   */
  public record Head(
      int embeddingSize,
      int hiddenSize,
      int intermediateSize,
      int numHiddenLayers,
      int numAttentionHeads,
      double layerNormEps,
      Activation hiddenAct) {

    /** The head of all published models. */
    public static final Head PUBLISHED = new Head(512, 768, 3072, 2, 4, 1e-12, Activation.GELU);

    public Head {
      if (hiddenSize % numAttentionHeads != 0) {
        throw LlavaSgException.user(
            "q2l: hidden_size %d is no multiple of num_attention_heads %d",
            hiddenSize, numAttentionHeads);
      }
    }
  }

  /** {@code ram_swin_large_14m}. */
  public static final RamConfig SWIN_LARGE_384 = published(384, 12, 192, 6);

  /** RAM with the smaller tower. */
  public static final RamConfig SWIN_BASE_384 = published(384, 12, 128, 4);

  private static final List<RamConfig> PUBLISHED =
      List.of(SWIN_LARGE_384, SWIN_BASE_384, published(224, 7, 192, 6), published(224, 7, 128, 4));

  public RamConfig {
    int whole = swin.patchSize() << (swin.stages() - 1);
    if (imageSize < whole || imageSize % whole != 0) {
      throw LlavaSgException.user(
          "image_res %d is no multiple of %d, the side of the last stage's patches",
          imageSize, whole);
    }
    for (int stage = 0; stage < swin.stages(); stage++) {
      int side = imageSize / swin.patchSize() >> stage;
      if (side > swin.windowSize() && side % swin.windowSize() != 0) {
        throw LlavaSgException.user(
            "image_res %d makes a map of %d × %d in stage %d, which window_size %d does not divide",
            imageSize, side, side, stage + 1, swin.windowSize());
      }
    }
  }

  private static RamConfig published(int imageSize, int windowSize, int embedDim, int heads) {
    List<Integer> numHeads = List.of(heads, 2 * heads, 4 * heads, 8 * heads);
    SwinConfig swin = SwinConfig.of(embedDim, List.of(2, 2, 18, 2), numHeads, windowSize);
    return new RamConfig(imageSize, swin, Head.PUBLISHED);
  }

  /** The published shape with these sizes. */
  static Optional<RamConfig> published(long embedDim, long windowSize) {
    return PUBLISHED.stream()
        .filter(config -> config.swin.embedDim() == embedDim)
        .filter(config -> config.swin.windowSize() == windowSize)
        .findFirst();
  }

  /**
   * Reads the official repository's names: those of its {@code configs/swin} files, and {@code q2l}
   * with those of {@code q2l_config.json}; and {@code patch_size}, which is 4 there. What is absent
   * is as in Swin-L at 384 pixels.
   */
  public static RamConfig read(ConfigFile file) {
    SwinConfig swin = SWIN_LARGE_384.swin;
    ConfigFile q2l = file.in("q2l");
    Head head = Head.PUBLISHED;
    return file.checked(
        () -> {
          RamConfig config =
              new RamConfig(
                  file.size("image_res", SWIN_LARGE_384.imageSize),
                  SwinConfig.of(
                          file.size("embed_dim", swin.embedDim()),
                          file.sizes("depths", swin.depths()),
                          file.sizes("num_heads", swin.numHeads()),
                          file.size("window_size", swin.windowSize()))
                      .withPatchSize(file.size("patch_size", swin.patchSize())),
                  new Head(
                      q2l.size("encoder_width", head.embeddingSize()),
                      q2l.size("hidden_size", head.hiddenSize()),
                      q2l.size("intermediate_size", head.intermediateSize()),
                      q2l.size("num_hidden_layers", head.numHiddenLayers()),
                      q2l.size("num_attention_heads", head.numAttentionHeads()),
                      q2l.positive("layer_norm_eps", head.layerNormEps()),
                      Activation.parse(q2l.string("hidden_act", "gelu"))));
          if (file.integer("vision_width", config.visionWidth()) != config.visionWidth()) {
            throw file.wrong(
                "vision_width", "%d, as embed_dim makes it".formatted(config.visionWidth()));
          }
          return config;
        });
  }

  /** Size of the tower's tokens. */
  public int visionWidth() {
    return swin.channels(swin.stages() - 1);
  }

  /** Tokens of an image: the mean, and one for each patch of the last stage. */
  public int imageTokens() {
    int side = imageSize / swin.patchSize() >> (swin.stages() - 1);
    return 1 + side * side;
  }
}
