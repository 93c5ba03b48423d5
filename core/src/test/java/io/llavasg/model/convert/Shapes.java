package io.llavasg.model.convert;

import io.llavasg.language.LlamaConfig;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.nn.Activation;
import io.llavasg.nn.Rope;
import io.llavasg.sge.SceneGraphConfig;
import io.llavasg.vision.ClipVisionConfig;
import java.util.Optional;

/** Configurations of the published sizes. */
final class Shapes {
  private Shapes() {}

  /** A module that is written in no time. */
  static SceneGraphConfig small() {
    return new SceneGraphConfig(16, 4, 24, 2, 1, 1e-5, true, true, 5);
  }

  /** LLaVA-1.5-7B (hidden size 4096) or 13B (5120) with a scene graph. */
  static LlavaSgConfig llava(int hidden, SceneGraphConfig graph) {
    boolean small = hidden == 4096;
    int heads = small ? 32 : 40;
    return new LlavaSgConfig(
        new ClipVisionConfig(1024, 4096, 24, 16, 336, 14, 1e-5, Activation.QUICK_GELU),
        new LlamaConfig(
            32064,
            hidden,
            small ? 11008 : 13824,
            small ? 32 : 40,
            heads,
            heads,
            128,
            4096,
            1e-5,
            new Rope(128, 10_000, 1),
            Activation.SILU,
            false),
        23,
        Activation.GELU,
        Optional.of(new LlavaSgConfig.SceneGraph(graph, 32002, 32003)));
  }
}
