package io.llavasg.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.eval.AnswersFile;
import io.llavasg.eval.EvalRun;
import io.llavasg.eval.RunFolder;
import io.llavasg.eval.Summary;
import io.llavasg.eval.WeightsChecksum;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.ItemId;
import io.llavasg.eval.task.ItemSet;
import io.llavasg.eval.task.Problems;
import io.llavasg.eval.task.Scoring;
import io.llavasg.eval.task.Task;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.DType;
import io.llavasg.tensor.Torch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code llava-sg eval}: a benchmark's questions, asked, written down and scored. */
@Command(
    name = "eval",
    description = "Evaluate a model on a benchmark; an interrupted run goes on where it stopped.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  llava-sg eval --list",
      "  llava-sg eval --task pope --data pope --model llava-sg-7b --entities masks --out runs/pope",
      "  llava-sg eval --task gqa --data gqa --model llava-1.5-7b --out runs/gqa --shard 0/2",
      "  llava-sg eval … --failures wrong.html"
    })
final class EvalCommand implements Callable<Integer> {
  private static final String WITHOUT_NODE = "entities_without_node";

  private static final List<String> MEASURED =
      List.of("seconds", "model_seconds", WITHOUT_NODE, "batch_sampled", "batch_changed");

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private TaskOptions taskOptions = new TaskOptions();
  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private SceneOptions sceneOptions = new SceneOptions();
  @Mixin private JudgeOptions judgeOptions = new JudgeOptions();
  @Mixin private FailureOptions failureOptions = new FailureOptions();
  @Mixin private OutputFormat format = new OutputFormat();

  @Option(names = "--list", help = true, description = "Show the benchmarks and their files.")
  private boolean list;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The folder of the run: answers, scores and summary (default: runs/eval/MODEL-TASK; a"
              + " recipe's OUT/model is called OUT).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Questions that are decoded together (default: 8).")
  private int batchSize = 8;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description = "Ask only every N-th item; the folder's parts make one result.")
  private String shard = "0/1";

  @Option(
      names = "--batch-sample",
      paramLabel = "N",
      description =
          "Ask N questions once more, alone, to see what a batch changes (default: 32 in half"
              + " precision, 0 in float32).")
  private Optional<Integer> batchSample = Optional.empty();

  @Override
  public Integer call() {
    if (list) {
      new TaskList(Task.all()).print(out(), format);
      return 0;
    }
    failureOptions.require();
    taskOptions.require();
    Shard part = Shard.parse(shard);
    if (batchSize < 1) {
      throw LlavaSgException.user("--batch-size is %d, but has to be positive", batchSize);
    }
    if (batchSample.orElse(0) < 0) {
      throw LlavaSgException.user(
          "--batch-sample is %d, but cannot be negative", batchSample.orElseThrow());
    }
    Scoring scoring = judgeOptions.scoring();
    Problems problems = taskOptions.problems(err());
    try (ItemSet set = taskOptions.read(problems)) {
      return evaluate(set, taskOptions.items(set), part, scoring, problems);
    }
  }

  private int evaluate(
      ItemSet set, List<EvalItem> items, Shard part, Scoring scoring, Problems problems) {
    try (EvalScenes scenes = new EvalScenes(sceneOptions, modelOptions, set, err());
        LazyModel model = new LazyModel(modelOptions, err())) {
      ObjectNode configuration = configuration(set, scenes);
      RunFolder folder = RunFolder.open(out.orElseGet(() -> toldUsual(set)), configuration);
      ObjectNode run = JsonNodeFactory.instance.objectNode();
      run.setAll(configuration);
      taskOptions.limit().ifPresent(limit -> run.put("limit", limit));
      run.put("version", new Main.Version().getVersion()[0]);
      run.put("libtorch", Torch.version());
      run.put("java", Runtime.version().toString());
      run.put("device", modelOptions.compute().device().toString());
      run.put("batch_size", batchSize);
      long failed = ask(set, items, part, folder, scenes, model, problems, run);
      Map<ItemId, String> answers =
          AnswersFile.readGrowing(folder.answers(), set.items(), problems);
      Summary summary = Summary.of(set, items, answers, scoring);
      new EvalReport(summary, run, problems).write(Optional.of(folder), format, out(), err());
      failureOptions.write(summary, Optional.of(model::get), scenes, err());
      return failed == 0 ? 0 : Failure.BAD_USE;
    }
  }

  private Path toldUsual(ItemSet set) {
    Path folder = usual(modelOptions.directory(), set.task());
    err().printf("llava-sg: the run is in %s%n", folder);
    return folder;
  }

  /** Where a run lies that nobody named a folder for; the same run goes on there, others do not. */
  static Path usual(Path model, Task task) {
    Path whole = model.toAbsolutePath().normalize();
    int last = whole.getNameCount() - 1;
    boolean isTrained = whole.endsWith("model") && last > 0;
    String name = last < 0 ? "model" : whole.getName(isTrained ? last - 1 : last).toString();
    return Path.of("runs", "eval", name + "-" + task.name());
  }

  /** All that an answer depends on. */
  private ObjectNode configuration(ItemSet set, EvalScenes scenes) {
    ModelFiles files = ModelFiles.read(modelOptions.directory(), modelOptions.vision());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("task", set.task().name());
    json.put("split", set.split());
    json.put("items_sha256", set.digest());
    json.put("weights_sha256", WeightsChecksum.of(files));
    json.put("dtype", dtype(files).map(DType::toString).orElse("as stored"));
    json.put("scene_graph", scenes.description());
    json.put("max_new_tokens", set.task().maxNewTokens());
    return json;
  }

  /** What the model computes in. */
  private Optional<DType> dtype(ModelFiles files) {
    return LoadedModel.precision(files, modelOptions.compute().precision()).dtype();
  }

  /** Asks what has no answer yet; returns how many items could not be asked. */
  private long ask(
      ItemSet set,
      List<EvalItem> items,
      Shard part,
      RunFolder folder,
      EvalScenes scenes,
      LazyModel model,
      Problems problems,
      ObjectNode run) {
    try (AnswersFile answers = AnswersFile.append(folder.answers(part.suffix()))) {
      Map<ItemId, String> known =
          AnswersFile.readGrowing(folder.answers(), set.items(), taskOptions.silent());
      List<EvalItem> open = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        if (part.has(i) && !known.containsKey(items.get(i).id())) {
          open.add(items.get(i));
        }
      }
      if (open.isEmpty()) {
        carryOver(folder, run);
        return 0;
      }
      if (!known.isEmpty()) {
        err().printf("llava-sg: %d answers are there already%n", known.size());
      }
      boolean isExact = run.path("dtype").asText().equals(DType.F32.toString());
      EvalRun asking =
          new EvalRun(
              model.get()::askAll,
              scenes,
              GenerationConfig.GREEDY.withMaxNewTokens(set.task().maxNewTokens()),
              batchSize,
              batchSize == 1 ? 0 : batchSample.orElse(isExact ? 0 : 32));
      try (Progress progress = new Progress(set.task().name(), err())) {
        EvalRun.Outcome outcome = asking.run(open, answers, problems, progress::update);
        record(outcome, known.isEmpty() ? 0 : withoutNode(folder), run);
        return outcome.failed();
      }
    }
  }

  /** What was measured when the answers were made is still true of them. */
  private static void carryOver(RunFolder folder, ObjectNode run) {
    folder
        .lastConfiguration()
        .ifPresent(
            last ->
                MEASURED.stream().filter(last::has).forEach(name -> run.set(name, last.get(name))));
  }

  /** What was counted when the answers that are there already were made. */
  private static int withoutNode(RunFolder folder) {
    return folder.lastConfiguration().map(last -> last.path(WITHOUT_NODE).asInt()).orElse(0);
  }

  private void record(EvalRun.Outcome outcome, int withoutNodeBefore, ObjectNode run) {
    run.put("seconds", outcome.seconds()).put("model_seconds", outcome.modelSeconds());
    if (outcome.withoutNode() + withoutNodeBefore > 0) {
      run.put(WITHOUT_NODE, outcome.withoutNode() + withoutNodeBefore);
    }
    if (outcome.withoutNode() > 0) {
      err()
          .printf(
              "llava-sg: %d entities became no node of their scene graphs: the model sees no pixel of"
                  + " them, or takes no more%n",
              outcome.withoutNode());
    }
    int sampled = outcome.batchEffect().sampled();
    if (sampled > 0) {
      int changed = outcome.batchEffect().changed();
      run.put("batch_sampled", sampled).put("batch_changed", changed);
      err()
          .printf(
              "llava-sg: asked alone, %d of %d sampled questions have another answer than in a batch"
                  + " of %d%n",
              changed, sampled, batchSize);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
