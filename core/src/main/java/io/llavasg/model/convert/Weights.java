package io.llavasg.model.convert;

import io.llavasg.checkpoint.OutgoingTensor;
import io.llavasg.checkpoint.StoredTensor;
import io.llavasg.checkpoint.TensorInfo;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LoadedModel;
import io.llavasg.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The weights of a new LLaVA-SG, each from its source or initialised. */
final class Weights {
  private static final Pattern TOWER = Pattern.compile("^vision_tower\\.");

  private final Source source;
  private final Vocabulary vocabulary;
  private final DType dtype;
  private final FreshParameter initial;
  private long fresh;

  Weights(Source source, Vocabulary vocabulary, DType dtype, FreshParameter initial) {
    this.source = source;
    this.vocabulary = vocabulary;
    this.dtype = dtype;
    this.initial = initial;
  }

  /** In the order in which the model asks for them; behind them what it carries unused. */
  List<OutgoingTensor> of(LlavaSgConfig config) {
    List<OutgoingTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, List<Long>> entry : ParameterShapes.of(config).entrySet()) {
      tensors.add(of(entry.getKey(), entry.getValue()));
    }
    source
        .carried()
        .forEach((name, t) -> tensors.add(FloatFormat.convert(t, published(name), dtype)));
    return tensors;
  }

  private OutgoingTensor of(String name, List<Long> shape) {
    StoredTensor stored = source.expected().get(name);
    if (stored == null) {
      TensorInfo info = new TensorInfo(published(name), dtype, shape);
      fresh += info.elements();
      return initial.of(info);
    }
    if (name.equals(LoadedModel.EMBEDDING) || name.equals(Conversion.HEAD)) {
      return TokenRows.of(stored, published(name), vocabulary, dtype);
    }
    return FloatFormat.convert(stored, published(name), dtype);
  }

  /** How many parameters were initialised. */
  long fresh() {
    return fresh;
  }

  /** The name that llava-hf publishes for what modules call {@code name}. */
  static String published(String name) {
    return TOWER.matcher(name).replaceFirst("vision_tower.vision_model.");
  }
}
