package io.llavasg.eval.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.llavasg.LlavaSgException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Rows of a table with tabs and a first line of names, quoted as pandas quotes; a column {@code
 * image} holds an image file in base64, or the {@code index} of the row that has it. An empty cell
 * is a missing field. All images are kept in memory, once each.
 */
final class TsvRows {
  /** A number as short as this is no image but another row's index. */
  private static final int LONGEST_INDEX = 64;

  private static final int LONGEST_CELL = 256 << 20;

  private static final CsvMapper TABLE =
      new CsvMapper(
          CsvFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(LONGEST_CELL).build())
              .build());

  private final Path file;
  private final Map<String, ImageSource> images = new HashMap<>();

  private TsvRows(Path file) {
    this.file = file;
  }

  static void visit(Path file, Problems problems, Consumer<DataRow> visitor) {
    new TsvRows(file).read(problems, visitor);
  }

  private void read(Problems problems, Consumer<DataRow> visitor) {
    CsvSchema schema = CsvSchema.emptySchema().withHeader().withColumnSeparator('\t');
    try (BufferedReader reader = Utf8Text.open(file);
        MappingIterator<Map<String, String>> rows =
            TABLE.readerForMapOf(String.class).with(schema).readValues(reader)) {
      for (long number = 1; hasNext(rows); number++) {
        String where = "row %d of '%s'".formatted(number, file);
        Optional<Map<String, String>> cells = next(rows, where, problems);
        cells.ifPresent(known -> problems.guard(() -> visitor.accept(row(where, known))));
      }
    } catch (IOException | UncheckedIOException e) {
      throw LlavaSgException.user(e, "'%s' cannot be read as UTF-8 text: %s", file, e.toString());
    }
  }

  /** A row's cells; empty, and a problem, if there are more of them than columns, say. */
  private static Optional<Map<String, String>> next(
      MappingIterator<Map<String, String>> rows, String where, Problems problems)
      throws IOException {
    try {
      return Optional.of(rows.nextValue());
    } catch (JsonProcessingException e) {
      problems.add("%s is malformed: %s", where, e.getOriginalMessage().replace('\n', ' '));
      return Optional.empty();
    }
  }

  private boolean hasNext(MappingIterator<Map<String, String>> rows) throws IOException {
    try {
      return rows.hasNextValue();
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(
          e,
          "'%s' is no table with tabs (line %d): %s",
          file,
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          e.getOriginalMessage().replace('\n', ' '));
    }
  }

  private DataRow row(String where, Map<String, String> cells) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    cells.forEach(
        (name, cell) -> {
          if (!cell.isEmpty() && !name.equals("image")) {
            fields.put(name, cell);
          }
        });
    String index = fields.path("index").asText();
    Optional<ImageSource> image =
        Optional.ofNullable(cells.get("image"))
            .filter(cell -> !cell.isEmpty())
            .map(cell -> image(where, index, cell));
    image.ifPresent(known -> images.putIfAbsent(index, known));
    return new DataRow(where, fields, image);
  }

  private ImageSource image(String where, String index, String cell) {
    if (cell.length() <= LONGEST_INDEX && cell.matches("\\d+")) {
      return Optional.ofNullable(images.get(cell))
          .orElseThrow(
              () ->
                  LlavaSgException.user(
                      "the image of %s is that of index %s, which no row before it has",
                      where, cell));
    }
    try {
      return new HeldImage(index, Base64.getDecoder().decode(cell.strip()));
    } catch (IllegalArgumentException e) {
      throw LlavaSgException.user(e, "the image of %s is not base64", where);
    }
  }
}
