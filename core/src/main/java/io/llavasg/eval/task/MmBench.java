package io.llavasg.eval.task;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.metric.Ability;
import io.llavasg.eval.metric.ChoiceMatcher;
import io.llavasg.eval.metric.CircularEval;
import io.llavasg.eval.metric.CircularEval.Rotation;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * MMBench (Liu and others 2024) in English and Chinese: multiple choice, each question asked once
 * for every rotation of its options, by six abilities.
 *
 * <p>A missing cell is no text; the hub's files have "nan" there. lmms-eval takes "nan" for a
 * missing hint in English only, and so does this: in Chinese it stands in the prompt.
 */
final class MmBench implements Task {
  static final MmBench ENGLISH =
      new MmBench("mmbench_en", "en", "English", 1024, Letters.PROMPT, Set.of("nan"));

  static final MmBench CHINESE =
      new MmBench("mmbench_cn", "cn", "Chinese", 256, "请直接使用所提供的选项字母作为答案回答。", Set.of());

  /** The hub's folders: English, Chinese, and its set about Chinese culture. */
  private static final Set<String> CONFIGURATIONS = Set.of("en", "cn", "cc");

  private static final List<String> LETTERS = List.of("A", "B", "C", "D", "E");
  private static final long ROTATION = 1_000_000;

  private final String name;
  private final String language;
  private final String title;
  private final int maxNewTokens;
  private final String instruction;
  private final Set<String> noHints;

  /**
   * @param noHints hints that are left out
   */
  private MmBench(
      String name,
      String language,
      String title,
      int maxNewTokens,
      String instruction,
      Set<String> noHints) {
    this.name = name;
    this.language = language;
    this.title = title;
    this.maxNewTokens = maxNewTokens;
    this.instruction = instruction;
    this.noHints = noHints;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "MMBench in %s: multiple choice, all rotations right; a workbook for the test split"
        .formatted(title);
  }

  @Override
  public List<String> splits() {
    return List.of("dev", "test");
  }

  @Override
  public List<String> files(String split) {
    return List.of(
        tables(split).getFirst() + " (a table with tabs, images in base64)",
        "%s/%s-*.parquet of lmms-lab-encoder/MMBench".formatted(language, split));
  }

  private List<String> tables(String split) {
    String upper = split.toUpperCase(Locale.ROOT) + "_" + language.toUpperCase(Locale.ROOT);
    return List.of(
        "MMBench_" + upper + ".tsv",
        "MMBench_" + upper + "_legacy.tsv",
        "mmbench_" + upper.toLowerCase(Locale.ROOT) + ".tsv");
  }

  @Override
  public boolean hasReferences(String split) {
    return !split.equals("test");
  }

  @Override
  public int maxNewTokens() {
    return maxNewTokens;
  }

  @Override
  public ItemSet read(Path data, String split, Problems problems) {
    DataFolder folder = new DataFolder(data, files(requireSplit(split)));
    ItemSet.Builder items = new ItemSet.Builder(problems);
    Optional<Path> table = folder.file(tables(split).toArray(String[]::new));
    List<Path> parquet =
        table.isPresent() ? List.of() : folder.parquet(language, CONFIGURATIONS, split);
    if (table.isPresent()) {
      TsvRows.visit(table.get(), problems, row -> items.add(item(row)));
    } else if (!parquet.isEmpty()) {
      ParquetRows.visit(parquet, items.images(), problems, row -> items.add(item(row)));
    } else {
      throw folder.missing(name, split);
    }
    return items.build(this, split);
  }

  private EvalItem item(DataRow row) {
    String question = row.text("question");
    SequencedMap<String, String> options = new LinkedHashMap<>();
    for (String letter : LETTERS) {
      row.optional(letter)
          .filter(text -> !text.isEmpty() && !text.equals("nan"))
          .ifPresent(text -> options.put(letter, text));
    }
    String hint =
        row.optional("hint").filter(text -> !noHints.contains(text)).map(h -> h + " ").orElse("");
    String prompt =
        "%s%s There are several options:%s\n\n%s"
            .formatted(hint, question, Letters.lines(options), instruction);
    List<String> answer =
        row.optional("answer").filter(options::containsKey).map(List::of).orElse(List.of());
    if (answer.isEmpty() && row.optional("answer").filter(LETTERS::contains).isPresent()) {
      throw LlavaSgException.user("%s: its answer is none of its options", row.where());
    }
    return EvalItem.of(index(row), question, prompt, row.requiredImage(), answer)
        .choosing(options)
        .in(category(row));
  }

  /** Tables that pandas wrote may have it as "7.0". */
  private static String index(DataRow row) {
    String text = row.text("index");
    try {
      return String.valueOf(new BigDecimal(text.strip()).longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      throw LlavaSgException.user(
          e, "%s: \"index\" has to be a whole number, not '%s'", row.where(), text);
    }
  }

  /** The published tables write its name small, the hub's files do not. */
  private static String category(DataRow row) {
    String category = row.optional("l2-category").or(() -> row.optional("L2-category")).orElse("");
    try {
      Ability.ofCategory(category);
    } catch (LlavaSgException e) {
      throw LlavaSgException.user(e, "%s: %s", row.where(), String.valueOf(e.getMessage()));
    }
    return category;
  }

  private static long index(EvalItem item) {
    return Long.parseLong(item.id().id());
  }

  /** The first questions with all their rotations. */
  @Override
  public List<EvalItem> first(List<EvalItem> items, int count) {
    Set<Long> questions =
        items.stream()
            .map(MmBench::index)
            .filter(index -> index < ROTATION)
            .limit(count)
            .collect(Collectors.toSet());
    return items.stream().filter(item -> questions.contains(index(item) % ROTATION)).toList();
  }

  @Override
  public Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring) {
    AnswerGroups<Long> questions = AnswerGroups.of(items, answers, item -> index(item) % ROTATION);
    List<Rotation> rotations = new ArrayList<>();
    Map<Long, ItemId> firstWrong = new HashMap<>();
    for (List<Answered> question : questions.whole().values()) {
      List<Rotation> judged = judged(question, scoring);
      for (int i = 0; i < judged.size(); i++) {
        if (!judged.get(i).right()) {
          firstWrong.putIfAbsent(judged.get(i).index() % ROTATION, question.get(i).item().id());
        }
      }
      rotations.addAll(judged);
    }
    CircularEval circular = CircularEval.of(rotations);
    List<ItemScore> scores = new ArrayList<>();
    for (Answered one : answers) {
      EvalItem item = one.item();
      Boolean right = circular.right().get(index(item));
      if (right != null) {
        String ability = Ability.ofCategory(item.category()).abbreviation();
        ItemId shown = firstWrong.getOrDefault(index(item), item.id());
        scores.add(new ItemScore(item.id(), ability, item.scene(), right ? 1 : 0, shown));
      }
    }
    return Scores.ofMeans("accuracy", scores, scoring.bootstrap())
        .leavingOut(questions.incomplete());
  }

  /** Whoever judges is only asked where no other rotation has settled the question. */
  private static List<Rotation> judged(List<Answered> question, Scoring scoring) {
    Map<Answered, Optional<String>> choices = new LinkedHashMap<>();
    for (Answered one : question) {
      choices.put(one, ChoiceMatcher.match(one.answer(), one.item().options()));
    }
    boolean settled =
        choices.entrySet().stream()
            .anyMatch(
                choice ->
                    choice.getValue().isPresent() && !isRight(choice.getKey(), choice.getValue()));
    List<Rotation> rotations = new ArrayList<>();
    choices.forEach(
        (one, matched) -> {
          Optional<String> choice =
              matched.isPresent() || settled ? matched : unmatched(one, scoring);
          rotations.add(
              new Rotation(
                  index(one.item()),
                  Ability.ofCategory(one.item().category()),
                  isRight(one, choice)));
        });
    return rotations;
  }

  private static boolean isRight(Answered one, Optional<String> choice) {
    return choice.equals(Optional.of(one.item().reference()));
  }

  private static Optional<String> unmatched(Answered one, Scoring scoring) {
    EvalItem item = one.item();
    return scoring
        .judge()
        .map(judge -> judge.choose(item.question(), item.options(), one.answer()))
        .orElseGet(() -> ChoiceMatcher.extract(one.answer(), item.options().keySet()));
  }

  @Override
  public Optional<Submission> submission() {
    return Optional.of(new ChoiceWorkbook(name + "-submission.xlsx"));
  }
}
