package io.llavasg.mini.perception;

import io.llavasg.nn.Parameters;
import io.llavasg.tensor.Tensor;
import io.llavasg.train.Initialisation;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Remembers the parameters of a Swin that is being loaded, for others to begin with. */
final class SavedSwin {
  private static final String BELOW = "backbone.";

  /** The last stage's norm has another name in a tagger. */
  private static final String LAST_NORM = "hidden_states_norms.stage2.";

  private static final String TAGGER_NORM = "visual_encoder.layernorm.";

  private final Map<String, float[]> values = new TreeMap<>();

  /** The same parameters; what is asked for is remembered. */
  Parameters recording(Parameters parameters) {
    return new Parameters() {
      @Override
      public Tensor get(String name, long... shape) {
        Tensor value = parameters.get(name, shape);
        if (name.startsWith(BELOW)) {
          values.put(name.substring(BELOW.length()), value.toFloats());
        }
        return value;
      }

      @Override
      public boolean contains(String name) {
        return parameters.contains(name);
      }
    };
  }

  /** A rule for each. */
  Initialisation initialisation() {
    Initialisation rules = Initialisation.empty();
    for (Map.Entry<String, float[]> one : values.entrySet()) {
      Initialisation.Fill fill =
          (parameter, fanIn) -> parameter.copyInPlace(Tensor.of(one.getValue(), parameter.shape()));
      rules = rules.with(Pattern.quote(one.getKey()), fill);
      if (one.getKey().startsWith(LAST_NORM)) {
        String name = TAGGER_NORM + one.getKey().substring(LAST_NORM.length());
        rules = rules.with(Pattern.quote(name), fill);
      }
    }
    return rules;
  }
}
