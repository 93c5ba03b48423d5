package io.llavasg.eval.task;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;

/**
 * MMBench's submission: a workbook with a line for each item, {@code index}, {@code question}, the
 * options, {@code prediction} and {@code l2-category}.
 */
record ChoiceWorkbook(String fileName) implements Submission {
  private static final List<String> OPTIONS = List.of("A", "B", "C", "D", "E");

  @Override
  public void write(List<Answered> answers, Path file) throws IOException {
    try (OutputStream output = Files.newOutputStream(file);
        Workbook workbook = new Workbook(output, "llava-sg", null)) {
      Worksheet sheet = workbook.newWorksheet("answers");
      cells(sheet, 0, "index", "question", OPTIONS, "prediction", "L2-category");
      int line = 1;
      for (Answered one : answers) {
        EvalItem item = one.item();
        List<String> options =
            OPTIONS.stream().map(letter -> item.options().getOrDefault(letter, "")).toList();
        cells(sheet, line, "", item.question(), options, one.answer(), item.category());
        sheet.value(line++, 0, Long.parseLong(item.id().id()));
      }
    }
  }

  private static void cells(
      Worksheet sheet,
      int line,
      String index,
      String question,
      List<String> options,
      String prediction,
      String ability) {
    int column = 0;
    sheet.value(line, column++, index);
    sheet.value(line, column++, question);
    for (String option : options) {
      sheet.value(line, column++, option);
    }
    sheet.value(line, column++, prediction);
    sheet.value(line, column, ability);
  }
}
