package io.llavasg.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.eval.task.ImageSource;
import io.llavasg.eval.task.ItemId;
import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreparedItemsTest {
  private static final Path PICTURE = Path.of("src/test/resources/model/pictures/wide.png");

  private static final ImageSource IMAGE =
      new ImageSource() {
        @Override
        public String name() {
          return "wide.png";
        }

        @Override
        public byte[] bytes() {
          try {
            return Files.readAllBytes(PICTURE);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static List<EvalItem> items(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new EvalItem(
                    ItemId.of("" + i),
                    "What?",
                    "What?",
                    IMAGE,
                    Optional.empty(),
                    List.of(),
                    new LinkedHashMap<>(),
                    "",
                    "0"))
        .toList();
  }

  @Test
  void itemsComeInTheirOrderAndSaySoIfTheyCannotBeAsked() {
    SceneFinder finder =
        (item, bytes, image) -> {
          if (item.id().equals(ItemId.of("1"))) {
            throw LlavaSgException.user("no entities of '%s'", item.image().name());
          }
          return new Scene.None();
        };
    try (var prepared = new PreparedItems(items(3), finder, GenerationConfig.GREEDY, 2)) {
      assertThat(prepared.next().question()).isPresent();
      assertThat(prepared.next().error()).contains("no entities of 'wide.png'");
      assertThat(prepared.next().item().id()).isEqualTo(ItemId.of("2"));
      assertThat(prepared.hasNext()).isFalse();
    }
  }

  /** What no other data would help ends the run. */
  @Test
  void anInternalErrorIsThrown() {
    SceneFinder finder =
        (item, bytes, image) -> {
          throw new IllegalStateException("broken");
        };
    try (var prepared = new PreparedItems(items(1), finder, GenerationConfig.GREEDY, 1)) {
      assertThatThrownBy(prepared::next)
          .isInstanceOf(LlavaSgException.class)
          .hasMessageContaining("broken");
    }
  }

  /** Whoever closes may close next what items are found with: nobody uses it any more. */
  @Test
  void closingWaitsForTheItemThatIsBeingPrepared() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(2);
    AtomicBoolean busy = new AtomicBoolean();
    SceneFinder slow =
        (item, bytes, image) -> {
          busy.set(true);
          begun.countDown();
          long end = System.nanoTime() + (item.id().equals(ItemId.of("0")) ? 0 : 300_000_000);
          while (System.nanoTime() < end) {
            Thread.onSpinWait(); // as a network would, it does not hear of an interruption
          }
          busy.set(false);
          return new Scene.None();
        };
    var prepared = new PreparedItems(items(5), slow, GenerationConfig.GREEDY, 4);
    prepared.next();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    prepared.close();
    assertThat(busy).isFalse();
  }
}
