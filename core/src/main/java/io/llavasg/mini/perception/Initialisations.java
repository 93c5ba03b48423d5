package io.llavasg.mini.perception;

import static io.llavasg.train.Initialisation.constant;
import static io.llavasg.train.Initialisation.normal;
import static io.llavasg.train.Initialisation.uniformByFanIn;
import static io.llavasg.train.Initialisation.xavierUniform;

import io.llavasg.perception.groundingdino.GroundingDinoConfig;
import io.llavasg.tensor.Tensor;
import io.llavasg.train.Initialisation;

/** The initialisations that the networks' authors published. */
final class Initialisations {
  private static final double DEVIATION = .02;
  private static final double FUSION_SCALE = 1e-4;

  /** Share of tokens that a new detector's queries are like (Lin et al., 2017, section 4.1). */
  private static final double PRIOR = .03;

  /** Scale of the features that a new detector multiplies with tokens'. */
  private static final double LIKENESS_SCALE = .25;

  /** Of every network: norms leave their input as it is. */
  private static final Initialisation NORMS =
      Initialisation.empty()
          .with("(?i)norm[^.]*\\.weight", constant(1))
          .with("(?i)norm[^.]*\\.bias", constant(0))
          .with("hidden_states_norms\\.stage\\d\\.weight", constant(1))
          .with("hidden_states_norms\\.stage\\d\\.bias", constant(0));

  /** Swin's and BERT's: deviation .02, no biases. */
  private static final Initialisation TRANSFORMER =
      Initialisation.empty().with("\\.bias", constant(0)).with("", normal(DEVIATION));

  /** Swin's. */
  static final Initialisation SWIN = NORMS.then(TRANSFORMER);

  /** RAM's. Its tags' embeddings come from CLIP, which is not at hand: they are drawn, too. */
  static final Initialisation RAM = NORMS.with("label_embed", normal(1)).then(TRANSFORMER);

  private Initialisations() {}

  /**
   * Grounding-DINO's, but for likeness: it is a product of normalised features, as large as ±√d at
   * first, and nothing keeps it low where nearly all is background. The published models began with
   * pretrained encoders; from nothing, the norms before the product are scaled down, and their
   * biases point in opposite directions. A bias of one value throughout is orthogonal to what is
   * normalised, so it adds a constant, log(prior / (1 − prior)).
   */
  static Initialisation groundingDino(GroundingDinoConfig config) {
    int heads = config.encoder().heads();
    int points = config.encoder().points();
    double bias = Math.sqrt(Math.log((1 - PRIOR) / PRIOR) / config.dModel());
    return Initialisation.empty()
        .with("(decoder\\.layer_norm|enc_output_norm)\\.weight", constant(LIKENESS_SCALE))
        .with("(decoder\\.layer_norm|enc_output_norm)\\.bias", constant(bias))
        .with(
            "encoder\\.layers\\.%d\\.text_enhancer_layer\\.layer_norm_after\\.bias"
                .formatted(config.encoder().layers() - 1),
            constant(-bias))
        .then(NORMS)
        .with("input_proj_vision\\.\\d\\.1\\.weight", constant(1))
        .with("input_proj_vision\\.\\d\\.\\d\\.bias", constant(0))
        .with("input_proj_vision\\.\\d\\.0\\.weight", xavierUniform())
        .with("(backbone|text_backbone)\\..*\\.bias", constant(0))
        .with("(backbone|text_backbone)\\..*", normal(DEVIATION))
        .with("sampling_offsets\\.weight", constant(0))
        .with("sampling_offsets\\.bias", (rays, fanIn) -> fillRays(rays, heads, points))
        .with("attention_weights\\.(weight|bias)", constant(0))
        .with("(vision|text)_param", constant(FUSION_SCALE))
        .with("bbox_embed\\.(\\d\\.)?layers\\.2\\.(weight|bias)", constant(0))
        .with("level_embed|query_position_embeddings\\.weight", normal(1))
        .with("\\.bias", constant(0))
        .with("", xavierUniform());
  }

  /** Each head looks in a direction of its own, its samples one step further each. */
  private static void fillRays(Tensor bias, int heads, int points) {
    int maps = (int) (bias.elements() / (2L * heads * points));
    float[] rays = new float[(int) bias.elements()];
    int at = 0;
    for (int head = 0; head < heads; head++) {
      double angle = 2 * Math.PI * head / heads;
      double longest = Math.max(Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle)));
      for (int map = 0; map < maps; map++) {
        for (int point = 1; point <= points; point++) {
          rays[at++] = (float) (point * Math.cos(angle) / longest);
          rays[at++] = (float) (point * Math.sin(angle) / longest);
        }
      }
    }
    bias.copyInPlace(Tensor.of(rays, rays.length));
  }

  /** SAM's: PyTorch's defaults; positions begin at nothing; its frequencies are never trained. */
  static final Initialisation SAM =
      NORMS
          .withFixed("positional_embedding", normal(1))
          .with("pos_embed|rel_pos_[hw]", constant(0))
          .with("(point_embed\\.\\d|no_mask_embed|iou_token|mask_tokens)\\.weight", normal(1))
          .with("", uniformByFanIn());
}
