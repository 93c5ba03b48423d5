package io.llavasg.eval.task;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The items of a split, in the order of its files, with what their images are read from. */
public final class ItemSet implements AutoCloseable {
  private final Task task;
  private final String split;
  private final List<EvalItem> items;
  private final ParquetImages images;

  private ItemSet(Task task, String split, List<EvalItem> items, ParquetImages images) {
    this.task = task;
    this.split = split;
    this.items = List.copyOf(items);
    this.images = images;
  }

  public Task task() {
    return task;
  }

  public String split() {
    return split;
  }

  public List<EvalItem> items() {
    return items;
  }

  /** Whether the right answers are known: those of test splits are kept from the public. */
  public boolean isScored() {
    return task.hasReferences(split);
  }

  /**
   * 64 hexadecimal digits that stand for the ids and what is asked under them, in any order: where
   * they are the same, answers belong to the same questions.
   */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      items.stream()
          .map(item -> item.id() + "\0" + item.prompt() + "\0")
          .sorted()
          .forEach(text -> digest.update(text.getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    images.close();
  }

  /** Gathers items; of two with the same id, the first stays. */
  static final class Builder {
    private final List<EvalItem> items = new ArrayList<>();
    private final Set<ItemId> known = new HashSet<>();
    private final ParquetImages images = new ParquetImages();
    private final Problems problems;

    Builder(Problems problems) {
      this.problems = problems;
    }

    Problems problems() {
      return problems;
    }

    ParquetImages images() {
      return images;
    }

    void add(EvalItem item) {
      if (known.add(item.id())) {
        items.add(item);
      } else {
        problems.add("the id %s is there twice; its first item counts", item.id());
      }
    }

    /** An item whose right answer is not there, but should be, cannot be scored. */
    ItemSet build(Task task, String split) {
      if (task.hasReferences(split)) {
        for (EvalItem item : items) {
          if (item.references().isEmpty()) {
            problems.add("item %s has no right answer beside it", item.id());
          }
        }
        items.removeIf(item -> item.references().isEmpty());
      }
      return new ItemSet(task, split, items, images);
    }
  }
}
