package io.llavasg.train;

import io.llavasg.train.TrainingSettings.Optimisation;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings as text by name, to compare those of a checkpoint with. What changes no result in exact
 * arithmetic, and what is done about losses that are no numbers, is left out.
 */
final class SettingsText {
  private SettingsText() {}

  static Map<String, String> of(TrainingSettings settings) {
    Map<String, String> text = new TreeMap<>();
    Optimisation optimisation = settings.optimisation();
    text.put("trainable", settings.trainable().toString());
    text.put(
        "lora",
        settings
            .lora()
            .map(lora -> "%d/%s/%s".formatted(lora.rank(), lora.alpha(), lora.dropout()))
            .orElse("none"));
    text.put("learning_rate", Double.toString(optimisation.learningRate()));
    text.put("learning_rates", optimisation.learningRates().toString());
    text.put("warmup_ratio", Double.toString(optimisation.warmupRatio()));
    text.put("weight_decay", Double.toString(optimisation.weightDecay()));
    text.put("beta1", Double.toString(optimisation.beta1()));
    text.put("beta2", Double.toString(optimisation.beta2()));
    text.put("epsilon", Double.toString(optimisation.epsilon()));
    text.put("clip", Double.toString(optimisation.clip()));
    optimisation.muon().ifPresent(muon -> text.put("muon", muon.toString()));
    text.put("batch", Integer.toString(settings.examplesPerStep()));
    text.put("steps", Integer.toString(settings.steps()));
    text.put("weights", settings.weights().name());
    text.put("seed", Long.toString(settings.seed()));
    return text;
  }
}
