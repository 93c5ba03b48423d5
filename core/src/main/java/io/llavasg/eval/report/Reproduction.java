package io.llavasg.eval.report;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What the tables are made from: a YAML file.
 *
 * <pre>
 * results: runs/tables                    # a folder for every run: MODEL/seed-N/TASK
 * tasks:                                  # options of `eval` for each task
 *   gqa: {data: data/gqa}
 * models:                                 # options of `eval` for each; {seed} is replaced
 *   sg: {model: "runs/sg-{seed}/model", perception: models/perception, seeds: [0, 1, 2],
 *        make: [{makes: "runs/sg-{seed}/model",
 *                run: "train --config configs/sg.yaml --set seed={seed} --out runs/sg-{seed} --resume"}]}
 * tables:
 *   2:
 *     against: none                       # the row whose figures the others' are compared with
 *     rows: {none: plain, sg: sg, matched: {model: matched, title: none with relation data}}
 * </pre>
 *
 * <p>A model may be answers that are there already, {@code {answers: "majority/{task}.jsonl"}},
 * with {@code {task}} replaced: they are scored.
 *
 * <p>Rows have the ids of the paper's; others, with a title, come after them. {@code make} are
 * commands of this program that make a model which is not there, in order; each may say what it
 * {@code makes}, and is left out where that is there, so that what models share is made once.
 *
 * @param file where it was read
 * @param results the folder of the runs
 * @param tasks options by task
 * @param models by name
 * @param tables by number
 */
public record Reproduction(
    Path file,
    Path results,
    SequencedMap<String, SequencedMap<String, String>> tasks,
    SequencedMap<String, Model> models,
    SequencedMap<Integer, Table> tables) {

  /** Stands in options for a seed. */
  private static final String SEED = "{seed}";

  /**
   * A model that stands in rows of tables.
   *
   * @param options of {@code eval}, or of {@code score} where {@code answers} is one
   * @param seeds of its training
   * @param make commands that make it, in order
   */
  public record Model(
      SequencedMap<String, String> options, List<Integer> seeds, List<Making> make) {}

  /**
   * A command that makes a model, or a part that one needs.
   *
   * @param run the command line, without the program's name
   * @param makes what is there afterwards; empty where nobody can tell that it has been run
   */
  public record Making(String run, List<String> makes) {
    public Making {
      makes = List.copyOf(makes);
    }

    private static Making of(Yaml yaml) {
      if (yaml.node().isObject()) {
        yaml.withOnly("run", "makes");
        Yaml makes = yaml.at("makes");
        List<Yaml> paths =
            makes.isAbsent() ? List.of() : makes.node().isArray() ? makes.items() : List.of(makes);
        return new Making(yaml.at("run").text(), paths.stream().map(Yaml::text).toList());
      }
      return new Making(yaml.text(), List.of());
    }

    Making withSeed(int seed) {
      String number = Integer.toString(seed);
      return new Making(
          run.replace("{seed}", number),
          makes.stream().map(path -> path.replace("{seed}", number)).toList());
    }

    /** The words of the command line. */
    public List<String> line() {
      return List.of(run.strip().split("\\s+"));
    }

    /** Whether all that it makes is there. */
    public boolean isDone() {
      return !makes.isEmpty() && makes.stream().allMatch(path -> Files.exists(Path.of(path)));
    }

    private static Path whole(Path path) {
      return path.toAbsolutePath().normalize();
    }

    /** Whether it would bring a file or a folder. */
    boolean brings(Path wanted) {
      return makes.stream().anyMatch(path -> whole(wanted).startsWith(whole(Path.of(path))));
    }
  }

  /**
   * Ours of a table.
   *
   * @param against the row that others are compared with
   */
  public record Table(Optional<String> against, SequencedMap<String, Row> rows) {}

  /**
   * Ours of a row.
   *
   * @param title where the paper has no such row
   */
  public record Row(String model, Optional<String> title) {}

  /**
   * Reads the file.
   *
   * @throws LlavaSgException user, if it is not there, or not such a file
   */
  public static Reproduction read(Path file) {
    Yaml yaml =
        Yaml.parse(file.toString(), text(file)).withOnly("results", "tasks", "models", "tables");
    SequencedMap<String, SequencedMap<String, String>> tasks = new LinkedHashMap<>();
    yaml.at("tasks").entries().forEach((task, options) -> tasks.put(task, options.texts()));
    SequencedMap<String, Model> models = new LinkedHashMap<>();
    yaml.at("models").entries().forEach((name, model) -> models.put(name, model(model)));
    SequencedMap<Integer, Table> tables = new LinkedHashMap<>();
    yaml.at("tables")
        .entries()
        .forEach(
            (number, table) -> {
              PaperTable paper = PaperTable.of(number(number, table));
              tables.put(paper.number(), table(table, paper, models));
            });
    return new Reproduction(file, Path.of(yaml.at("results").text()), tasks, models, tables);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw LlavaSgException.user(
          e, "there is no '%s', which has to say what the tables are made from", file);
    } catch (IOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read: %s", file, e.toString());
    }
  }

  private static int number(String number, Yaml table) {
    if (!number.matches("[123]")) {
      throw LlavaSgException.user(
          "%s is no table of the paper: they are 1, 2 and 3", table.place());
    }
    return Integer.parseInt(number);
  }

  private static Model model(Yaml yaml) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    yaml.entries()
        .forEach(
            (key, value) -> {
              if (!key.equals("seeds") && !key.equals("make")) {
                options.put(key, value.text());
              }
            });
    List<Integer> seeds = yaml.at("seeds").items().stream().map(Yaml::integer).toList();
    if (seeds.size() > 1 && options.values().stream().noneMatch(text -> text.contains(SEED))) {
      throw LlavaSgException.user(
          "%s has %d seeds, but no option of it has %s in it: all would be the same run",
          yaml.place(), seeds.size(), SEED);
    }
    List<Making> make = yaml.at("make").items().stream().map(Making::of).toList();
    return new Model(options, seeds.isEmpty() ? List.of(0) : seeds, make);
  }

  private static Table table(Yaml yaml, PaperTable paper, Map<String, Model> models) {
    yaml.withOnly("against", "rows");
    SequencedMap<String, Row> rows = new LinkedHashMap<>();
    yaml.at("rows")
        .entries()
        .forEach(
            (id, entry) -> {
              Row row = row(entry);
              boolean known = paper.rows().stream().anyMatch(printed -> printed.id().equals(id));
              if (!known && row.title().isEmpty()) {
                throw LlavaSgException.user(
                    "%s is no row of the paper's table %d (%s); one of our own needs {model, title}",
                    entry.place(),
                    paper.number(),
                    String.join(", ", paper.rows().stream().map(PaperTable.Row::id).toList()));
              }
              if (!models.containsKey(row.model())) {
                throw LlavaSgException.user(
                    "%s names the model '%s', which is not among the models",
                    entry.place(), row.model());
              }
              rows.put(id, row);
            });
    Optional<String> against = yaml.at("against").optionalText();
    if (against.isPresent() && !rows.containsKey(against.get())) {
      throw LlavaSgException.user(
          "%s compares with '%s', which is not among its rows", yaml.place(), against.get());
    }
    return new Table(against, Collections.unmodifiableSequencedMap(rows));
  }

  private static Row row(Yaml yaml) {
    if (yaml.node().isObject()) {
      yaml.withOnly("model", "title");
      return new Row(yaml.at("model").text(), yaml.at("title").optionalText());
    }
    return new Row(yaml.text(), Optional.empty());
  }

  /** The runs that a table needs, for every model, seed and task once, rows in order. */
  public List<PlannedRun> runs(PaperTable table) {
    List<PlannedRun> runs = new ArrayList<>();
    Table ours = table(table.number());
    List<String> needed = table.columns().stream().map(PaperTable.Column::task).distinct().toList();
    for (String name : ours.rows().values().stream().map(Row::model).distinct().toList()) {
      for (int seed : model(name).seeds()) {
        for (String task : needed) {
          Optional.ofNullable(tasks.get(task))
              .ifPresent(options -> runs.add(PlannedRun.of(this, name, seed, task, options)));
        }
      }
    }
    return runs;
  }

  /** Ours of a table; no row if the file has nothing about it. */
  Table table(int number) {
    return tables.getOrDefault(number, new Table(Optional.empty(), new LinkedHashMap<>()));
  }

  Model model(String name) {
    return Optional.ofNullable(models.get(name)).orElseThrow();
  }

  /** The folder of a run. */
  Path folder(String model, int seed, String task) {
    return results.resolve(model).resolve("seed-" + seed).resolve(task);
  }
}
