package io.llavasg.mini.model;

import io.llavasg.language.LlamaConfig;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Rope;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.vision.ClipTextConfig;
import io.llavasg.vision.ClipVisionConfig;

/**
 * How large the miniature is, and how long its parts are pretrained.
 *
 * @param vocabulary most pieces of the tokenizer
 * @param texts of the corpus from which it learns them
 * @param clip with a text encoder of no tokens yet: how many there are the tokenizer says
 * @param llama likewise
 * @param alignmentSteps in which what is seen is brought near words, before the stages
 * @param scenes that the three stages are trained on
 * @param furtherScenes of each of the three rounds in which stage 3 is trained on
 * @param knownScenes by which the finished model tells which images it knows
 */
public record MiniatureShape(
    int vocabulary,
    int texts,
    ClipShape clip,
    Course clipCourse,
    LlamaConfig llama,
    ReadingCourse llamaCourse,
    SceneGraphConfig sceneGraph,
    int alignmentSteps,
    int scenes,
    int furtherScenes,
    int knownScenes) {

  /**
   * CLIP's pretraining.
   *
   * @param batch pictures of a step
   * @param length most tokens of a caption
   */
  public record Course(int steps, int batch, int length, double learningRate) {}

  /**
   * A language model's pretraining.
   *
   * @param keywords steps at the beginning that read exercises of plain keywords alone
   * @param steps of all
   * @param positions that a step reads, at most
   */
  public record ReadingCourse(int keywords, int steps, int positions, double learningRate) {}

  /** What ships. */
  public static final MiniatureShape SHIPPED =
      new MiniatureShape(
          1024,
          8_000,
          clip(128, 5, 4, 128),
          new Course(2000, 32, 96, 1e-3),
          llama(128, 384, 6, 2),
          new ReadingCourse(700, 8000, 4608, 1e-3),
          new SceneGraphConfig(192, 4, 384, 2, 1, 1e-5, true, true, 32),
          600,
          32_000,
          20_000,
          4_000);

  /** For tests: it learns nothing to speak of, and is made in seconds. */
  public static final MiniatureShape TINY =
      new MiniatureShape(
          400,
          50,
          clip(32, 2, 2, 16),
          new Course(3, 4, 32, 1e-3),
          llama(32, 48, 2, 2),
          new ReadingCourse(1, 3, 320, 1e-3),
          new SceneGraphConfig(16, 2, 32, 1, 1, 1e-5, true, true, 8),
          2,
          12,
          12,
          200);

  private static final int PATCH = 8;

  /**
   * Of the rotary embedding: LLaMA's 10,000 turns most features of so small a head within a few
   * hundred positions, and nothing far away can be found by what it is.
   */
  private static final double THETA = 1e6;

  private static ClipShape clip(int width, int layers, int heads, int words) {
    return new ClipShape(
        new ClipVisionConfig(
            width,
            4 * width,
            layers,
            heads,
            SceneRenderer.SIZE,
            PATCH,
            1e-5,
            Activation.QUICK_GELU),
        new ClipTextConfig(0, words, 4 * words, 2, words / 16, 96, 1e-5, Activation.QUICK_GELU),
        words);
  }

  private static LlamaConfig llama(int size, int inner, int layers, int heads) {
    int dimension = size / heads;
    return new LlamaConfig(
        0,
        size,
        inner,
        layers,
        heads,
        heads,
        dimension,
        512,
        1e-5,
        new Rope(dimension, THETA, 1),
        Activation.SILU,
        false);
  }
}
