package io.llavasg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleStreamTest {
  private static final Tokenizer TOKENIZER = Fixtures.tokenizer();
  private static final ExampleMaker MAKER =
      new ExampleMaker(Fixtures.preparation(ConversationTemplate.VICUNA_V1, 2048), TOKENIZER);

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  private static ExampleStream.Settings settings(long seed, BrokenSamples broken, int threads) {
    return new ExampleStream.Settings(
        Grouping.MODALITY_AND_LENGTH,
        8,
        2,
        seed,
        broken,
        threads,
        new TreeMap<>(Map.of("template", "V")));
  }

  private static ExampleStream stream(DataSet data, long seed, int threads) {
    return new ExampleStream(
        data,
        MAKER,
        settings(seed, BrokenSamples.STOP, threads),
        warning -> {
          throw new AssertionError(warning);
        });
  }

  private static List<String> ids(ExampleStream stream, int batches) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      stream.next(8).forEach(example -> ids.add(example.id()));
      ids.add("|");
    }
    return ids;
  }

  @Test
  void orderDependsOnTheSeedAloneNotOnThreads() {
    try (DataSet data = Fixtures.data("relations", "instructions");
        ExampleStream one = stream(data, 3, 1);
        ExampleStream four = stream(data, 3, 4);
        ExampleStream other = stream(data, 4, 1)) {
      List<String> expected = ids(one, 20);
      assertThat(ids(four, 20)).isEqualTo(expected);
      assertThat(ids(other, 20)).isNotEqualTo(expected);
      assertThat(one.epochs()).isGreaterThan(2);
    }
  }

  @Test
  void epochsEndWithAShortBatch() {
    try (DataSet data = Fixtures.data("instructions");
        ExampleStream stream = stream(data, 0, 2)) {
      assertThat(data.count()).isEqualTo(28);
      assertThat(stream.next(8)).hasSize(8);
      assertThat(stream.next(8)).hasSize(8);
      assertThat(stream.next(8)).hasSize(8);
      assertThat(stream.next(8)).hasSize(4);
      assertThat(stream.epochs()).isEqualTo(1);
      assertThat(stream.next(8)).hasSize(8);
    }
  }

  @Test
  void goesOnFromAnyPlace() {
    try (DataSet data = Fixtures.data("relations", "instructions")) {
      for (int behind : new int[] {0, 1, 7, 9, 17}) {
        String state;
        List<String> expected;
        try (ExampleStream stream = stream(data, 5, 2)) {
          ids(stream, behind);
          state = stream.state();
          expected = ids(stream, 12);
        }
        try (ExampleStream resumed = stream(data, 5, 3)) {
          ids(resumed, 4);
          resumed.restore(state);
          assertThat(resumed.state()).isEqualTo(state);
          assertThat(ids(resumed, 12)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void otherDataOrAnotherSeedCannotGoOn() {
    try (DataSet data = Fixtures.data("relations");
        DataSet other = Fixtures.data("instructions");
        ExampleStream stream = stream(data, 5, 1);
        ExampleStream otherSeed = stream(data, 6, 1);
        ExampleStream otherData = stream(other, 5, 1)) {
      assertRefused(otherSeed, stream.state(), "another seed (5, here 6)");
      assertRefused(otherData, stream.state(), "another set of data files");
      assertRefused(stream, "{\"epoch\"", "damaged");
      assertRefused(
          stream, stream.state().replace("\"position\":0", "\"position\":9999"), "damaged");
      assertRefused(
          stream, stream.state().replace("\"V\"", "\"P\""), "another template (P, here V)");
      assertRefused(
          stream,
          stream.state().replace("\"template\"", "\"data.0.images\":\"i\",\"template\""),
          "another data.0.images (i, here none)");
      // As checkpoints were before they kept it.
      stream.restore(stream.state().replace("\"fixed\":{\"template\":\"V\"},", ""));
    }
  }

  private static void assertRefused(ExampleStream stream, String state, String part) {
    assertThatThrownBy(() -> stream.restore(state))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining(part);
  }

  @Test
  void brokenSamplesStopOrAreSkippedByName(@TempDir Path folder) {
    ObjectNode broken = Fixtures.sample("broken");
    broken.remove("entities");
    ObjectNode[] samples = new ObjectNode[12];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = i == 5 ? broken : Fixtures.sample("sound-" + i);
    }
    Path file = Fixtures.lines(folder, samples);
    List<String> warnings = new ArrayList<>();
    try (DataSet data = new DataSet(List.of(Fixtures.source(file)));
        ExampleStream stops = stream(data, 0, 2);
        ExampleStream skips =
            new ExampleStream(data, MAKER, settings(0, BrokenSamples.SKIP, 2), warnings::add)) {
      assertThatThrownBy(() -> ids(stops, 2))
          .isInstanceOf(LlavaSgException.class)
          .hasMessageContaining("sample 'broken' (number 6 of")
          .hasMessageContaining("no entities");
      List<String> ids = ids(skips, 2);
      assertThat(ids).hasSize(11 + 2).doesNotContain("broken");
      assertThat(skips.skipped()).isEqualTo(1);
      assertThat(warnings).hasSize(1).first().asString().contains("sample 'broken'");
      assertThat(skips.epochs()).isEqualTo(1);
    }
  }

  @Test
  void nothingButBrokenSamplesIsAnError(@TempDir Path folder) {
    ObjectNode broken = Fixtures.sample("broken").put("image", "nowhere.png");
    try (DataSet data =
            new DataSet(List.of(Fixtures.source(Fixtures.lines(folder, broken, broken))));
        ExampleStream skips =
            new ExampleStream(data, MAKER, settings(0, BrokenSamples.SKIP, 1), warning -> {})) {
      assertThatThrownBy(() -> skips.next(1))
          .isInstanceOf(LlavaSgException.class)
          .hasMessageContaining("all 2 samples are broken")
          .hasMessageContaining("nowhere.png");
    }
  }
}
