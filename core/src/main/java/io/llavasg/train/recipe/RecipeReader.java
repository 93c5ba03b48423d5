package io.llavasg.train.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.ConfigFile;
import io.llavasg.data.BrokenSamples;
import io.llavasg.data.Grouping;
import io.llavasg.image.AspectRatio;
import io.llavasg.tensor.DType;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.train.Lora;
import io.llavasg.train.Muon;
import io.llavasg.train.TrainingSettings.Activations;
import io.llavasg.train.TrainingSettings.NonFinite;
import io.llavasg.train.TrainingSettings.Optimisation;
import io.llavasg.train.recipe.Recipe.Course;
import io.llavasg.train.recipe.Recipe.Data;
import io.llavasg.train.recipe.Recipe.Machine;
import io.llavasg.train.recipe.Recipe.Reading;
import io.llavasg.train.recipe.Recipe.SceneGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Makes a recipe of complete keys. */
final class RecipeReader {
  private final Path path;
  private final ConfigFile keys;

  RecipeReader(Path path, ObjectNode complete) {
    this(path, new ConfigFile(path, "", complete));
  }

  private RecipeReader(Path path, ConfigFile keys) {
    this.path = path;
    this.keys = keys;
  }

  Recipe recipe() {
    return keys.checked(
        () ->
            new Recipe(
                keys.string("description", ""),
                file("model"),
                file("out"),
                data(),
                reading(),
                names("trainable"),
                lora(),
                optimisation(),
                course(),
                machine()));
  }

  private Reading reading() {
    return new Reading(
        choice("template", ConversationTemplate.class),
        choice("aspect_ratio", AspectRatio.class),
        keys.flag("scene_graph", true) ? SceneGraph.PRESENT : SceneGraph.ABSENT,
        keys.size("max_length", 1),
        choice("grouping", Grouping.class),
        choice("broken_samples", BrokenSamples.class));
  }

  private Optimisation optimisation() {
    return new Optimisation(
        number("learning_rate"),
        rates(),
        number("warmup_ratio"),
        number("weight_decay"),
        number("beta1"),
        number("beta2"),
        number("epsilon"),
        keys.has("clip") ? number("clip") : Double.POSITIVE_INFINITY,
        keys.has("muon") ? Optional.of(muon()) : Optional.empty());
  }

  private Muon muon() {
    ConfigFile below = keys.in("muon");
    requireKnown("muon", below.node(), RecipeKey.MUON_KEYS);
    for (String key : RecipeKey.MUON_KEYS) {
      if (!below.has(key)) {
        throw LlavaSgException.user("'%s': muon lacks %s", path, key);
      }
    }
    RecipeReader muon = new RecipeReader(path, below);
    List<String> modules = muon.names("modules");
    if (modules.isEmpty()) {
      throw LlavaSgException.user("'%s': muon.modules is empty: it would move nothing", path);
    }
    Recipe.requireTrained("muon.modules names", modules, names("trainable"));
    return Muon.of(muon.number("learning_rate"), muon.number("momentum"), modules);
  }

  private Course course() {
    return new Course(
        keys.size("batch", 1),
        keys.size("micro_batch", 1),
        keys.size("epochs", 1),
        keys.has("steps") ? OptionalInt.of(keys.size("steps", 1)) : OptionalInt.empty(),
        keys.integer("seed", 0),
        choice("non_finite", NonFinite.class),
        keys.size("save_every", 1),
        keys.size("save_keep", 1));
  }

  private Machine machine() {
    return new Machine(
        keys.string("device", ""),
        DType.parse(keys.string("dtype", "")),
        choice("activations", Activations.class),
        keys.size("decoders", 1));
  }

  /** A number; YAML reads {@code 1e-8}, without a point, as a text. */
  private double number(String key) {
    JsonNode value = keys.value(key);
    if (value.isTextual()) {
      try {
        return Double.parseDouble(value.textValue());
      } catch (NumberFormatException e) {
        throw keys.wrong(key, "a number");
      }
    }
    return keys.number(key, 0);
  }

  private Map<String, Double> rates() {
    Map<String, Double> rates = new LinkedHashMap<>();
    ConfigFile below = keys.in("learning_rates");
    below
        .node()
        .fieldNames()
        .forEachRemaining(name -> rates.put(name, new RecipeReader(path, below).number(name)));
    return rates;
  }

  private Optional<Lora> lora() {
    if (!keys.has("lora")) {
      return Optional.empty();
    }
    ConfigFile lora = keys.in("lora");
    requireKnown("lora", lora.node(), RecipeKey.LORA_KEYS);
    return Optional.of(
        new Lora(
            lora.integer("rank", Lora.DEFAULT.rank()),
            lora.number("alpha", Lora.DEFAULT.alpha()),
            lora.number("dropout", Lora.DEFAULT.dropout())));
  }

  private List<Data> data() {
    JsonNode list = keys.value("data");
    if (!list.isArray()) {
      throw keys.wrong("data", "a list of {file, samples, images, entities}");
    }
    List<Data> all = new ArrayList<>();
    for (JsonNode each : list) {
      String section = "data.%d".formatted(all.size());
      if (!(each instanceof ObjectNode object)) {
        throw LlavaSgException.user(
            "'%s': %s has to be {file, samples, images, entities}, not %s", path, section, each);
      }
      requireKnown(section, object, RecipeKey.DATA_KEYS);
      ConfigFile entry = new ConfigFile(path, section, object);
      if (!entry.has("file")) {
        throw LlavaSgException.user("'%s': %s lacks file", path, section);
      }
      all.add(
          new Data(
              Path.of(entry.string("file", "")),
              samples(entry),
              optional(entry, "images"),
              optional(entry, "entities")));
    }
    return all;
  }

  private static Optional<Integer> samples(ConfigFile entry) {
    return entry.has("samples") ? Optional.of(entry.size("samples", 1)) : Optional.empty();
  }

  private static Optional<Path> optional(ConfigFile entry, String key) {
    return entry.has(key) ? Optional.of(Path.of(entry.string(key, ""))) : Optional.empty();
  }

  private void requireKnown(String section, ObjectNode node, Set<String> known) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw LlavaSgException.user(
                    "'%s': there is no key '%s.%s'; did you mean '%s'?",
                    path, section, key, RecipeKey.nearest(key, known));
              }
            });
  }

  private Path file(String key) {
    String text = keys.string(key, "");
    if (text.isEmpty()) {
      throw keys.wrong(key, "a path");
    }
    return Path.of(text);
  }

  private List<String> names(String key) {
    JsonNode list = keys.value(key);
    List<String> names = new ArrayList<>();
    for (JsonNode name : list) {
      if (!name.isTextual()) {
        throw keys.wrong(key, "a list of names");
      }
      names.add(name.textValue());
    }
    if (!list.isArray()) {
      throw keys.wrong(key, "a list of names");
    }
    return names;
  }

  private <T extends Enum<T>> T choice(String key, Class<T> type) {
    String text = keys.string(key, "");
    List<String> known =
        Arrays.stream(type.getEnumConstants())
            .map(value -> value.name().toLowerCase(Locale.ROOT))
            .toList();
    int index = known.indexOf(text);
    if (index < 0) {
      throw keys.wrong(key, String.join(" or ", known));
    }
    return type.getEnumConstants()[index];
  }
}
