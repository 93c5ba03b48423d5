package io.llavasg.mini.perception;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.Precision;
import io.llavasg.graph.Box;
import io.llavasg.graph.Entity;
import io.llavasg.mini.Planes;
import io.llavasg.mini.world.Contact;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Parameters;
import io.llavasg.perception.Segment;
import io.llavasg.perception.sam.SamConfig;
import io.llavasg.perception.sam.SamMaskDecoder;
import io.llavasg.perception.sam.SamMaskDecoderConfig;
import io.llavasg.perception.sam.SamModel;
import io.llavasg.perception.sam.SamProcessor;
import io.llavasg.perception.sam.SamSegmenter;
import io.llavasg.perception.sam.SamVisionConfig;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import io.llavasg.train.Initialisation;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A small SAM. */
final class SegmenterApprenticeship
    implements Apprenticeship<SamModel, SegmenterApprenticeship.Batch> {
  private static final int SIZE = SceneRenderer.SIZE;

  private static final SamConfig CONFIG =
      new SamConfig(
          new SamVisionConfig(
              64,
              64,
              4,
              2,
              SIZE,
              8,
              Activation.GELU,
              1e-6,
              true,
              true,
              true,
              7,
              List.of(1, 3),
              32,
              256),
          new SamMaskDecoderConfig(64, Activation.RELU, 128, 2, 4, 2, 0, 3, 64, 1e-6));

  /** Things of a picture, at most: the more of them, the less the encoder is trained for each. */
  private static final int THINGS = 4;

  /** Deviation of a box's corners, as a share of its sides. */
  private static final double JITTER = .04;

  private final SamProcessor processor = SamProcessor.of(CONFIG);

  /**
   * @param boxes of all pictures' things
   * @param pictures which picture each is of
   * @param masks N × size × size, 0 or 1
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Batch(Planes pixels, List<Box> boxes, long[] pictures, float[] masks) {}

  @Override
  public int batchSize() {
    return 16;
  }

  @Override
  public long patches() {
    long side = SceneRenderer.SIZE / CONFIG.vision().patchSize();
    return side * side;
  }

  @Override
  public Optimisation optimisation() {
    return new Optimisation(1e-3, Map.of(), .05, .01, .9, .999, 1e-8, 1, Optional.empty());
  }

  @Override
  public Initialisation initialisation() {
    return Initialisations.SAM;
  }

  @Override
  public SamModel build(Parameters parameters) {
    return new SamModel(parameters, CONFIG);
  }

  @Override
  public Batch prepare(List<PerceptionExample> examples, long seed) {
    Random random = new Random(seed);
    List<Box> boxes = new ArrayList<>();
    List<Long> pictures = new ArrayList<>();
    List<Entity> things = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      List<Entity> own = new ArrayList<>(examples.get(i).entities());
      Collections.shuffle(own, random);
      for (Entity entity : own.subList(0, Math.min(THINGS, own.size()))) {
        boxes.add(moved(entity.box().orElseThrow(), random));
        pictures.add((long) i);
        things.add(entity);
      }
    }
    float[] masks = new float[things.size() * SIZE * SIZE];
    for (int i = 0; i < things.size(); i++) {
      byte[] rows = things.get(i).mask().rowMajor();
      for (int pixel = 0; pixel < rows.length; pixel++) {
        masks[i * rows.length + pixel] = rows[pixel];
      }
    }
    return new Batch(
        Planes.of(PerceptionExample.images(examples), processor::pixels),
        boxes,
        pictures.stream().mapToLong(Long::longValue).toArray(),
        masks);
  }

  private static Box moved(Box box, Random random) {
    double x0 = box.x0() + JITTER * box.width() * random.nextGaussian();
    double y0 = box.y0() + JITTER * box.height() * random.nextGaussian();
    double x1 = box.x1() + JITTER * box.width() * random.nextGaussian();
    double y1 = box.y1() + JITTER * box.height() * random.nextGaussian();
    return new Box(x0, y0, Math.max(x0, x1), Math.max(y0, y1));
  }

  @Override
  public Tensor loss(SamModel network, Batch batch) {
    try (var scope = Scope.open()) {
      long count = batch.boxes.size();
      Tensor images = network.encode(batch.pixels.tensor());
      Tensor each = images.indexSelect(0, Tensor.of(batch.pictures, count));
      SamMaskDecoder.Masks masks = network.decode(network.prepare(each), batch.boxes);
      // At the size at which masks are used.
      Tensor logits = Spatial.resizeBilinear(masks.logits().unsqueeze(1), SIZE, SIZE).select(1, 0);
      Tensor targets = Tensor.of(batch.masks, count, SIZE, SIZE);
      return scope.keep(MaskLoss.PUBLISHED.of(logits, targets, masks.quality()));
    }
  }

  @Override
  public void describe(Path directory) {
    SamVisionConfig vision = CONFIG.vision();
    SamMaskDecoderConfig decoder = CONFIG.decoder();
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("model_type", "sam");
    ObjectNode encoder =
        json.putObject("vision_config")
            .put("hidden_size", vision.hiddenSize())
            .put("output_channels", vision.outputChannels())
            .put("num_hidden_layers", vision.numHiddenLayers())
            .put("num_attention_heads", vision.numAttentionHeads())
            .put("image_size", vision.imageSize())
            .put("patch_size", vision.patchSize())
            .put("hidden_act", "gelu")
            .put("layer_norm_eps", vision.layerNormEps())
            .put("qkv_bias", vision.qkvBias())
            .put("use_abs_pos", vision.useAbsPos())
            .put("use_rel_pos", vision.useRelPos())
            .put("window_size", vision.windowSize())
            .put("num_pos_feats", vision.numPosFeats())
            .put("mlp_dim", vision.mlpDim());
    Manifest.put(encoder, "global_attn_indexes", vision.globalAttnIndexes());
    json.putObject("prompt_encoder_config")
        .put("hidden_size", decoder.hiddenSize())
        .put("image_size", vision.imageSize())
        .put("patch_size", vision.patchSize())
        .put("image_embedding_size", vision.gridSize());
    json.putObject("mask_decoder_config")
        .put("hidden_size", decoder.hiddenSize())
        .put("hidden_act", "relu")
        .put("mlp_dim", decoder.mlpDim())
        .put("num_hidden_layers", decoder.numHiddenLayers())
        .put("num_attention_heads", decoder.numAttentionHeads())
        .put("attention_downsample_rate", decoder.attentionDownsampleRate())
        .put("num_multimask_outputs", decoder.numMultimaskOutputs())
        .put("iou_head_depth", decoder.iouHeadDepth())
        .put("iou_head_hidden_dim", decoder.iouHeadHiddenDim())
        .put("layer_norm_eps", decoder.layerNormEps());
    Manifest.write(directory.resolve(Manifest.CONFIG), json);
  }

  /** Prompted with the true boxes. */
  @Override
  public Map<String, Double> evaluate(Path directory, List<PerceptionExample> examples) {
    ContactMeans overlap = new ContactMeans();
    double error = 0;
    int count = 0;
    try (SamSegmenter segmenter =
        SamSegmenter.load(directory, Precision.of(DType.F32), Device.CPU)) {
      for (PerceptionExample example : examples) {
        List<Box> boxes =
            example.entities().stream().map(entity -> entity.box().orElseThrow()).toList();
        List<Segment> segments = segmenter.segment(example.image(), boxes);
        List<Contact> contacts = example.contacts();
        for (int i = 0; i < boxes.size(); i++) {
          double iou = segments.get(i).mask().iou(example.entities().get(i).mask());
          overlap.add(contacts.get(i), iou);
          error += Math.abs(iou - segments.get(i).quality());
          count++;
        }
      }
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    overlap.into(figures, "mask IoU");
    figures.put("error of quality", error / count);
    return figures;
  }
}
