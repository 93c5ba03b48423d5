package io.llavasg.eval.task;

import io.llavasg.LlavaSgException;
import io.llavasg.data.FieldEntities;
import io.llavasg.data.Sample;
import io.llavasg.data.SampleFile;
import io.llavasg.eval.metric.ExactMatch;
import io.llavasg.graph.Entities;
import io.llavasg.text.Conversation;
import io.llavasg.text.Role;
import io.llavasg.text.Turn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Visual-relation classification: the relation questions of the training data, in its format, with
 * {@code predicate} and {@code source}; exact match on the predicate, by source. Paths of images
 * are relative to the file's folder, or to {@code images} in it. Where files number their questions
 * alike, all ids have the file's name before them: {@code vg.json/1}.
 */
final class Relations implements Task {

  @Override
  public String name() {
    return "rel";
  }

  @Override
  public String description() {
    return "visual relations: which relation do two things have? exact match on the predicate";
  }

  @Override
  public List<String> splits() {
    return List.of("test");
  }

  @Override
  public List<String> files(String split) {
    return List.of(
        "files *.json or *.jsonl of questions in the instruction format, each with \"predicate\" and"
            + " \"source\", and the images beside them or in images/",
        "one such file");
  }

  @Override
  public int maxNewTokens() {
    return 16;
  }

  @Override
  public ItemSet read(Path data, String split, Problems problems) {
    DataFolder folder = new DataFolder(data, files(requireSplit(split)));
    ItemSet.Builder items = new ItemSet.Builder(problems);
    List<Path> files = new ArrayList<>();
    if (Files.isRegularFile(data)) {
      files.add(data);
    } else {
      files.addAll(folder.filesEnding("", ".json", ".jsonl"));
    }
    if (files.isEmpty()) {
      throw folder.missing(name(), split);
    }
    ImageFolder images = folder.images("", "images");
    FieldEntities entities = new FieldEntities(folder.folder());
    SequencedMap<Path, List<EvalItem>> questions = new LinkedHashMap<>();
    for (Path file : files) {
      List<EvalItem> own = new ArrayList<>();
      questions.put(file, own);
      try (SampleFile samples = SampleFile.open(file)) {
        for (int i = 0; i < samples.count(); i++) {
          int number = i;
          problems.guard(() -> own.add(item(samples.read(number), images, entities)));
        }
      }
    }
    boolean alike = areNumberedAlike(questions.values());
    questions.forEach(
        (file, own) -> own.forEach(item -> items.add(alike ? qualified(item, file) : item)));
    return items.build(this, split);
  }

  /** Whether an id is in several files, as where each counts from 1. */
  private static boolean areNumberedAlike(Collection<List<EvalItem>> files) {
    Set<ItemId> known = new HashSet<>();
    for (List<EvalItem> file : files) {
      Set<ItemId> own = file.stream().map(EvalItem::id).collect(Collectors.toSet());
      if (!Collections.disjoint(known, own)) {
        return true;
      }
      known.addAll(own);
    }
    return false;
  }

  private static EvalItem qualified(EvalItem item, Path file) {
    return item.named(ItemId.of(file.getFileName() + "/" + item.id()));
  }

  private static EvalItem item(Sample sample, ImageFolder images, FieldEntities entities) {
    String predicate =
        sample
            .predicate()
            .orElseThrow(() -> LlavaSgException.user("%s has no \"predicate\"", sample.name()));
    String image =
        sample.image().orElseThrow(() -> LlavaSgException.user("%s has no image", sample.name()));
    Turn first = sample.turns().getFirst();
    if (first.role() != Role.USER) {
      throw LlavaSgException.user("%s does not start with a question", sample.name());
    }
    String question = first.text().replace(Conversation.IMAGE_MARKER, "").strip();
    ImageSource source = images.image(image);
    EvalItem item =
        EvalItem.of(sample.id(), question, question, source, List.of(predicate))
            .in(sample.source().orElse(""));
    if (sample.entities().isEmpty()) {
      return item;
    }
    Supplier<Entities> own = () -> entities.find(sample, Path.of(image)).orElseThrow();
    return item.with(own);
  }

  @Override
  public Scores score(List<EvalItem> items, List<Answered> answers, Scoring scoring) {
    return Scores.ofMeans("accuracy", ExactScore.of(answers, ExactMatch::of), scoring.bootstrap());
  }
}
