package io.llavasg.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCheckTest {
  private static final Tokenizer TOKENIZER = Fixtures.tokenizer();

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  private static ExampleMaker maker(int maxLength) {
    return new ExampleMaker(
        Fixtures.preparation(ConversationTemplate.VICUNA_V1, maxLength), TOKENIZER);
  }

  @Test
  void everySampleIsCounted() {
    try (DataSet data = Fixtures.data("instructions", "relations")) {
      List<Long> heard = new ArrayList<>();
      DataReport report =
          new DataCheck(data, maker(2048))
              .run(Duration.ofMinutes(5), 2, (done, all) -> heard.add(done));
      assertThat(report.samples()).isEqualTo(71);
      assertThat(report.share()).isEqualTo(1);
      assertThat(report.modalities())
          .containsEntry(Sample.Modality.TEXT, 4L)
          .containsEntry(Sample.Modality.IMAGE, 67L);
      assertThat(report.lengths().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(71);
      assertThat(report.brokenCount()).isZero();
      assertThat(report.truncated()).isZero();
      assertThat(report.omissions())
          .anySatisfy(
              one -> {
                assertThat(one.kind()).isEqualTo(Omission.Kind.SURPLUS);
                assertThat(one.count()).isEqualTo(2 * one.samples());
                assertThat(one.first()).hasSize(3);
                assertThat(one.toString()).startsWith("left out: ").endsWith(", …");
              });
      assertThat(report.decoded()).isBetween(1L, 5L);
      assertThat(heard).hasSize(71).isSorted().endsWith(71L);
      DataReport shorter =
          new DataCheck(data, maker(report.longest() - 1))
              .run(Duration.ofMinutes(5), 2, (done, all) -> {});
      assertThat(shorter.truncated()).isPositive();
      assertThat(shorter.longest()).isEqualTo(report.longest());
    }
  }

  @Test
  void brokenSamplesAreNamedUpToSomeNumber(@TempDir Path folder) {
    ObjectNode[] samples = new ObjectNode[50];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = Fixtures.sample("s" + i);
      if (i % 2 == 0) {
        samples[i].put("image", "nowhere-" + i + ".png");
      }
    }
    try (DataSet data = new DataSet(List.of(Fixtures.source(Fixtures.lines(folder, samples))))) {
      DataReport report =
          new DataCheck(data, maker(2048)).run(Duration.ofMinutes(5), 2, (done, all) -> {});
      assertThat(report.brokenCount()).isEqualTo(25);
      assertThat(report.broken()).hasSize(20).allMatch(line -> line.contains("nowhere-"));
      assertThat(report.checked()).isEqualTo(50);
    }
  }

  @Test
  void timeUpLeavesAStatedShare() {
    AtomicLong now = new AtomicLong();
    try (DataSet data = Fixtures.data("relations")) {
      DataReport report =
          new DataCheck(data, maker(2048), () -> now.getAndAdd(Duration.ofSeconds(1).toNanos()))
              .run(Duration.ofSeconds(10), 1, (done, all) -> {});
      assertThat(report.share()).isGreaterThan(0).isLessThan(1);
      assertThat(report.checked()).isLessThan(43);
    }
  }
}
