package io.llavasg.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.AnswersFile;
import io.llavasg.eval.RunFolder;
import io.llavasg.eval.SceneFinder;
import io.llavasg.eval.Summary;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.ItemId;
import io.llavasg.eval.task.ItemSet;
import io.llavasg.eval.task.Problems;
import io.llavasg.eval.task.Scoring;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code llava-sg score}: answers that were made before, or elsewhere. */
@Command(
    name = "score",
    description = "Score answers to a benchmark: files of {\"id\", \"answer\"} a line.",
    footer = {
      "",
      "Example: llava-sg score --task pope --data pope --answers answers.jsonl",
      "An id that is unique only within a category needs \"category\" beside it (pope)."
    })
final class ScoreCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private TaskOptions taskOptions = new TaskOptions();
  @Mixin private JudgeOptions judgeOptions = new JudgeOptions();
  @Mixin private FailureOptions failureOptions = new FailureOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "A folder for the scores and the summary, as compare takes it.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--answers",
      paramLabel = "F.jsonl",
      description = "A file of answers, or a folder of runs, instead of the parameter.")
  private List<Path> named = new ArrayList<>();

  @Parameters(
      arity = "0..*",
      paramLabel = "answers",
      description = "Files of answers, or folders of runs.")
  private List<Path> listed = new ArrayList<>();

  private List<Path> answers() {
    if (named.isEmpty() == listed.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "answers are named either with --answers or as a parameter");
    }
    return named.isEmpty() ? listed : named;
  }

  @Override
  public void run() {
    List<Path> answers = answers();
    failureOptions.require();
    taskOptions.require();
    Scoring scoring = judgeOptions.scoring();
    Problems problems = taskOptions.problems(err());
    try (ItemSet set = taskOptions.read(problems)) {
      List<EvalItem> items = taskOptions.items(set);
      List<Path> files = new ArrayList<>();
      for (Path path : answers) {
        files.addAll(Files.isDirectory(path) ? new RunFolder(path).answers() : List.of(path));
      }
      Map<ItemId, String> read = AnswersFile.read(files, set.items(), problems);
      Summary summary = Summary.of(set, items, read, scoring);
      if (summary.answered().isEmpty()) {
        throw LlavaSgException.user(
            "nothing to score: %s holds no answer to any of the %d items",
            String.join(", ", files.stream().map(file -> "'" + file + "'").toList()), items.size());
      }
      ObjectNode configuration = JsonNodeFactory.instance.objectNode();
      ArrayNode sources = configuration.putArray("answers");
      files.forEach(file -> sources.add(file.toString()));
      taskOptions.limit().ifPresent(limit -> configuration.put("limit", limit));
      new EvalReport(summary, configuration, problems)
          .write(out.map(RunFolder::new), format, out(), err());
      failureOptions.write(summary, Optional.empty(), SceneFinder.none(), err());
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
