package io.llavasg.eval.task;

/**
 * What an item is called in its task.
 *
 * @param category where ids are unique only within a category, as POPE's; empty otherwise
 */
public record ItemId(String category, String id) {

  /** An id that is unique by itself. */
  public static ItemId of(String id) {
    return new ItemId("", id);
  }

  @Override
  public String toString() {
    return category.isEmpty() ? id : category + "/" + id;
  }
}
