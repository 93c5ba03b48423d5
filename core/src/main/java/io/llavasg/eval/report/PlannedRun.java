package io.llavasg.eval.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A run of {@code eval}, or of {@code score} where there are answers, that tables need.
 *
 * @param model its name in the file
 * @param seed of the model's training
 * @param task asked
 * @param folder where the run is kept
 * @param arguments the command line that makes it
 * @param inputs files and folders that it reads, by option
 * @param make what makes the model, in order
 */
public record PlannedRun(
    String model,
    int seed,
    String task,
    Path folder,
    List<String> arguments,
    Map<String, Path> inputs,
    List<Reproduction.Making> make) {
  private static final String MODEL = "model";
  private static final String ANSWERS = "answers";

  /** Options whose value has to be there. */
  private static final Set<String> INPUTS =
      Set.of(
          "data",
          MODEL,
          ANSWERS,
          "vision",
          "entities",
          "perception",
          "tagger",
          "detector",
          "segmenter",
          "tags");

  static PlannedRun of(
      Reproduction file, String name, int seed, String task, Map<String, String> taskOptions) {
    Reproduction.Model model = file.model(name);
    Path folder = file.folder(name, seed, task);
    String command = model.options().containsKey(ANSWERS) ? "score" : "eval";
    List<String> arguments = new ArrayList<>(List.of(command, "--task", task));
    Map<String, Path> inputs = new TreeMap<>();
    for (Map<String, String> options : List.of(taskOptions, model.options())) {
      options.forEach(
          (option, value) ->
              add(
                  option,
                  value.replace("{seed}", "" + seed).replace("{task}", task),
                  arguments,
                  inputs));
    }
    arguments.addAll(List.of("--out", folder.toString()));
    List<Reproduction.Making> make =
        model.make().stream().map(making -> making.withSeed(seed)).toList();
    return new PlannedRun(name, seed, task, folder, List.copyOf(arguments), inputs, make);
  }

  private static void add(
      String option, String value, List<String> arguments, Map<String, Path> inputs) {
    if (value.equals("false")) {
      return;
    }
    arguments.add("--" + option);
    if (!value.equals("true")) {
      arguments.add(value);
    }
    if (INPUTS.contains(option)) {
      inputs.put(option, Path.of(value));
    }
  }

  /** Whether its result is there, of all that was to be answered. */
  public boolean isDone() {
    int limit = arguments.indexOf("--limit");
    Optional<String> wanted = limit < 0 ? Optional.empty() : Optional.of(arguments.get(limit + 1));
    return RunResult.read(folder)
        .filter(result -> result.missing() == 0 && result.limit().equals(wanted))
        .isPresent();
  }

  /**
   * Whether something that it lacks can be made, and nothing that cannot: the model, or what a
   * command says that it makes.
   */
  public boolean isToBeMade() {
    return !make.isEmpty()
        && !absent().isEmpty()
        && absent().stream()
            .allMatch(
                input ->
                    input.getKey().equals(MODEL)
                        || make.stream().anyMatch(making -> making.brings(input.getValue())));
  }

  private List<Map.Entry<String, Path>> absent() {
    return inputs.entrySet().stream().filter(input -> Files.notExists(input.getValue())).toList();
  }

  /** What it lacks to be run, such as "--data data/gqa"; nothing if all is there. */
  public List<String> missing() {
    return absent().stream().map(input -> "--" + input.getKey() + " " + input.getValue()).toList();
  }

  /** For people. */
  public String name() {
    return "%s, seed %d, %s".formatted(model, seed, task);
  }
}
