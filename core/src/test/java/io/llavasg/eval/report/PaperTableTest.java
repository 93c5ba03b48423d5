package io.llavasg.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaperTableTest {
  private static final Path PAPER = Path.of("../../shared/spec/paper.txt");

  private static double figure(int table, String row, String column) {
    return PaperTable.of(table).rows().stream()
        .filter(known -> known.id().equals(row))
        .map(known -> known.figures().get(column))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void figuresAreThoseOfThePaper() {
    assertThat(figure(1, "llava-1.5", "mmb-cn")).isEqualTo(57.6);
    assertThat(figure(1, "llava-sg-7b", "rr")).isEqualTo(68.7);
    assertThat(figure(2, "sg-mp", "coco")).isEqualTo(112.37);
    assertThat(figure(3, "sge-d", "gqa")).isEqualTo(62.32);
    assertThat(PaperTable.all().stream().map(table -> table.rows().size()))
        .containsExactly(8, 5, 3);
  }

  /** Every row of numbers in the paper's text, in its order. */
  @Test
  void figuresAreAllThoseOfThePapersText() throws IOException {
    assumeTrue(Files.exists(PAPER));
    List<List<String>> printed = new ArrayList<>();
    for (String line : Files.readAllLines(PAPER)) {
      List<String> cells = List.of(line.split("\t"));
      List<String> figures =
          cells.subList(Math.min(cells.size(), cells.size() == 14 ? 2 : 3), cells.size());
      if ((cells.size() == 14 || cells.size() == 7) && figures.get(0).matches("-|[0-9.]+")) {
        printed.add(figures);
      }
    }
    assertThat(printed).hasSize(16);
    int row = 0;
    for (PaperTable table : PaperTable.all()) {
      for (PaperTable.Row ours : table.rows()) {
        List<String> figures = printed.get(row++);
        for (int i = 0; i < figures.size(); i++) {
          Double carried = ours.figures().get(table.columns().get(i).id());
          if (figures.get(i).equals("-")) {
            assertThat(carried).as(ours.title()).isNull();
          } else {
            assertThat(carried).as(ours.title()).isEqualTo(Double.parseDouble(figures.get(i)));
          }
        }
      }
    }
  }

  @Test
  void thereAreThreeTables() {
    assertThatThrownBy(() -> PaperTable.of(4))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("no table 4");
  }
}
