package io.llavasg.mini.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.tensor.Functional;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PackedTextTest {
  /** Document n is 1, then n as often as 8 to 12 tokens take, then 2: the answer. */
  private static Document document(long number) {
    int[] ids = new int[8 + (int) (number % 5)];
    Arrays.fill(ids, (int) number + 100);
    ids[0] = 1;
    ids[ids.length - 1] = 2;
    Document document = Document.plain(ids);
    document.answers()[ids.length - 1] = true;
    return document;
  }

  private static final PackedText TEXT = new PackedText(PackedTextTest::document, 40);

  @Test
  void rowsAreFullAndBeginWithADocument() {
    long[] rows = TEXT.rows(0, 3).ids();
    assertThat(rows).hasSize(120);
    for (int row = 0; row < 3; row++) {
      assertThat(rows[40 * row]).isEqualTo(1);
    }
    assertThat(rows).doesNotContain(0);
  }

  @Test
  void documentsFollowEachOther() {
    long[] row = TEXT.rows(0, 1).ids();
    assertThat(Arrays.copyOf(row, 8)).startsWith(1, 100).endsWith(2);
    assertThat(Arrays.copyOfRange(row, 8, 17)).startsWith(1, 101).endsWith(2);
  }

  @Test
  void aRowIsTheSameInEveryBatch() {
    long[] both = TEXT.rows(4, 2).ids();
    assertThat(Arrays.copyOfRange(both, 40, 80)).isEqualTo(TEXT.rows(5, 1).ids());
    assertThat(TEXT.rows(4, 1).ids()).isNotEqualTo(TEXT.rows(5, 1).ids());
  }

  @Test
  void answersStandWhereTheirTokensDo() {
    Rows rows = TEXT.rows(2, 2);
    for (int i = 0; i < rows.ids().length; i++) {
      assertThat(rows.answers()[i]).isEqualTo(rows.ids()[i] == 2 ? 2 : Functional.IGNORED);
    }
  }
}
