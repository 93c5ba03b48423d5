package io.llavasg.train.recipe;

import io.llavasg.LlavaSgException;
import io.llavasg.data.BrokenSamples;
import io.llavasg.data.Grouping;
import io.llavasg.image.AspectRatio;
import io.llavasg.tensor.DType;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.train.Lora;
import io.llavasg.train.TrainingSettings;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A training, written down: what {@link RecipeFile} reads.
 *
 * @param model a LLaVA-SG directory
 * @param out folder that gets the trained model, checkpoints and logs
 * @param data files of samples, in their order
 * @param trainable names of modules
 * @param lora adapters of the language model
 */
public record Recipe(
    String description,
    Path model,
    Path out,
    List<Data> data,
    Reading reading,
    List<String> trainable,
    Optional<Lora> lora,
    Optimisation optimisation,
    Course course,
    Machine machine) {

  /**
   * A file of samples.
   *
   * @param samples how many are used, the first of the file; empty: all
   * @param images what image paths are relative to; empty: all samples are text-only
   * @param entities a folder with results of perception, or of entities files that samples name
   */
  public record Data(
      Path file, Optional<Integer> samples, Optional<Path> images, Optional<Path> entities) {}

  /**
   * How samples are read.
   *
   * @param sceneGraph whether prompts have a scene graph
   */
  public record Reading(
      ConversationTemplate template,
      AspectRatio aspectRatio,
      SceneGraph sceneGraph,
      int maxLength,
      Grouping grouping,
      BrokenSamples broken) {}

  /** Whether prompts have a scene graph. */
  public enum SceneGraph {
    PRESENT,
    ABSENT
  }

  /**
   * How long, and in which portions.
   *
   * @param batch samples of a step
   * @param microBatch of these, how many are in memory at once
   * @param epochs over all data
   * @param steps instead of epochs
   */
  public record Course(
      int batch,
      int microBatch,
      int epochs,
      OptionalInt steps,
      long seed,
      TrainingSettings.NonFinite nonFinite,
      int saveEvery,
      int saveKeep) {

    public Course {
      requirePositive("batch", batch);
      requirePositive("micro_batch", microBatch);
      requirePositive("epochs", epochs);
      steps.ifPresent(count -> requirePositive("steps", count));
      requirePositive("save_every", saveEvery);
      requirePositive("save_keep", saveKeep);
      if (batch % microBatch != 0) {
        throw LlavaSgException.user("batch %d is no multiple of micro_batch %d", batch, microBatch);
      }
    }

    /** Micro-batches of a step. */
    public int accumulation() {
      return batch / microBatch;
    }
  }

  /**
   * What it runs on.
   *
   * @param device cpu, cuda, cuda:N, or auto for a GPU where there is one
   * @param decoders threads that decode images
   */
  public record Machine(
      String device, DType dtype, TrainingSettings.Activations activations, int decoders) {

    public Machine {
      requirePositive("decoders", decoders);
    }
  }

  public Recipe {
    data = List.copyOf(data);
    trainable = List.copyOf(trainable);
    if (data.isEmpty()) {
      throw LlavaSgException.user("data is empty: name a file of samples");
    }
    if (trainable.isEmpty() && lora.isEmpty()) {
      throw LlavaSgException.user("trainable is empty and lora absent: nothing would be trained");
    }
    requireConsistent(reading, trainable, lora);
    requireTrained(
        "learning_rates has a rate for",
        optimisation.learningRates().keySet().stream()
            .filter(name -> lora.isEmpty() || !isBelow(name, "language_model"))
            .toList(),
        trainable);
    // The trainer's own checks, while the recipe's file can still be named.
    Objects.requireNonNull(settings(trainable, lora, optimisation, course, machine, 1));
  }

  /**
   * @param says what a recipe has about the names, to begin a message
   */
  static void requireTrained(String says, List<String> names, List<String> trainable) {
    for (String name : names) {
      if (trainable.stream().noneMatch(part -> isBelow(name, part) || isBelow(part, name))) {
        throw LlavaSgException.user(
            "%s '%s', which trainable (%s) does not name",
            says, name, String.join(", ", trainable));
      }
    }
  }

  private static void requireConsistent(
      Reading reading, List<String> trainable, Optional<Lora> lora) {
    boolean plain = reading.template() == ConversationTemplate.PLAIN;
    if (plain && reading.sceneGraph() == SceneGraph.PRESENT) {
      throw LlavaSgException.user(
          "template is plain and scene_graph true: a caption has no question that could activate a"
              + " graph");
    }
    if (reading.sceneGraph() == SceneGraph.ABSENT) {
      for (String name : trainable) {
        if (isBelow(name, "scene_graph")
            || isBelow(name, "scene_graph_projector")
            || name.equals("marker_rows")) {
          throw LlavaSgException.user(
              "trainable names '%s' and scene_graph is false: no sample would reach it", name);
        }
      }
    }
    if (lora.isPresent()) {
      for (String name : trainable) {
        if (isBelow(name, "language_model")) {
          throw LlavaSgException.user(
              "trainable names '%s' and lora adapts the language model instead: leave one out",
              name);
        }
      }
    }
  }

  private static boolean isBelow(String name, String module) {
    return name.equals(module) || name.startsWith(module + ".");
  }

  private static void requirePositive(String key, int value) {
    if (value < 1) {
      throw LlavaSgException.user("%s is %d, but has to be 1 or more", key, value);
    }
  }

  /** Steps over so many samples. */
  public int steps(int samples) {
    return course
        .steps()
        .orElseGet(
            () -> Math.multiplyExact(course.epochs(), Math.ceilDiv(samples, course.batch())));
  }

  /** What the trainer is told. */
  public TrainingSettings settings(int samples) {
    return settings(trainable, lora, optimisation, course, machine, steps(samples));
  }

  private static TrainingSettings settings(
      List<String> trainable,
      Optional<Lora> lora,
      Optimisation optimisation,
      Course course,
      Machine machine,
      int steps) {
    return new TrainingSettings(
        trainable,
        lora,
        optimisation,
        course.microBatch(),
        course.accumulation(),
        steps,
        machine.dtype(),
        machine.activations(),
        course.nonFinite(),
        course.seed());
  }
}
