package io.llavasg.mini.world.language;

import io.llavasg.mini.world.Kind;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How many training scenes have a kind, and how many have two of them together. */
final class KindStatistics {
  private final int[][] together = new int[Kind.ALL.size()][Kind.ALL.size()];

  KindStatistics(Stream<Scene> scenes) {
    scenes.forEach(
        scene -> {
          for (Kind a : scene.kinds()) {
            for (Kind b : scene.kinds()) {
              together[Kind.ALL.indexOf(a)][Kind.ALL.indexOf(b)]++;
            }
          }
        });
  }

  /** Of so many training scenes. */
  static KindStatistics ofTraining(int scenes) {
    SceneGenerator generator = new SceneGenerator(Split.TRAIN);
    return new KindStatistics(LongStream.range(0, scenes).mapToObj(generator::scene));
  }

  int scenes(Kind kind) {
    return together(kind, kind);
  }

  int together(Kind a, Kind b) {
    return together[Kind.ALL.indexOf(a)][Kind.ALL.indexOf(b)];
  }

  /** The kinds, those of most scenes first. */
  List<Kind> popular() {
    return Kind.ALL.stream().sorted(Comparator.comparingInt((Kind kind) -> -scenes(kind))).toList();
  }

  /** The kinds, those most often beside any of these first. */
  List<Kind> beside(List<Kind> present) {
    return Kind.ALL.stream()
        .sorted(
            Comparator.comparingInt(
                (Kind kind) -> -present.stream().mapToInt(other -> together(kind, other)).sum()))
        .toList();
  }
}
