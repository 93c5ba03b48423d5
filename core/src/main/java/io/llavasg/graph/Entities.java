package io.llavasg.graph;

import io.llavasg.LlavaSgException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The entities of one photo, in an order that the scene graph's nodes keep.
 *
 * @param image the photo's file name, where the file of entities has one
 */
public record Entities(Optional<String> image, List<Entity> list) {

  public Entities {
    list = List.copyOf(list);
  }

  /** No entity: a normal result, an empty scene graph. */
  public static Entities none() {
    return new Entities(Optional.empty(), List.of());
  }

  public int size() {
    return list.size();
  }

  public List<Mask> masks() {
    return list.stream().map(Entity::mask).toList();
  }

  /** Which entities become nodes, and which do not; both in the original order. */
  public record Selection(List<Entity> kept, List<Entity> dropped) {

    public Selection {
      kept = List.copyOf(kept);
      dropped = List.copyOf(dropped);
    }
  }

  /**
   * Keeps at most {@code max} entities: those of the best scores, of equal scores the earlier, in
   * their original order.
   */
  public Selection select(int max) {
    if (max < 0) {
      throw LlavaSgException.user("cannot keep %d entities", max);
    }
    Comparator<Integer> byScore = Comparator.comparingDouble(i -> -list.get(i).score());
    List<Integer> best =
        IntStream.range(0, list.size()).boxed().sorted(byScore).limit(max).toList();
    List<Entity> kept = new ArrayList<>();
    List<Entity> dropped = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      (best.contains(i) ? kept : dropped).add(list.get(i));
    }
    return new Selection(kept, dropped);
  }
}
