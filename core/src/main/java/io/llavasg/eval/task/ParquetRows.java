package io.llavasg.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.FieldAccessor;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqStruct;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.FileSchema;
import dev.hardwood.schema.SchemaNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Rows of Parquet files as the Hugging Face hub has them: a column {@code image} is a group of
 * {@code bytes} and {@code path}. Its bytes are passed over here, and read when they are wanted. It
 * is named by its file and row, such as {@code test-00000-of-00001-17}: paths are missing, or the
 * same for every row, in some sets.
 */
final class ParquetRows {
  private static final String IMAGE = "image";

  /** Held, for a logger that nobody holds forgets its level. */
  private static final Logger LIBRARY = Logger.getLogger("dev.hardwood");

  static {
    LIBRARY.setLevel(Level.WARNING); // It tells of its own acceleration at level INFO.
  }

  private ParquetRows() {}

  /**
   * Visits the rows of several files in order.
   *
   * @param images where the images' bytes will be read from
   */
  static void visit(
      List<Path> files, ParquetImages images, Problems problems, Consumer<DataRow> visitor) {
    for (Path file : files) {
      try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
          RowReader rows =
              reader.buildRowReader().projection(columns(reader.getFileSchema())).build()) {
        for (long number = 0; rows.hasNext(); number++) {
          rows.next();
          DataRow row = row(rows, images, file, number);
          problems.guard(() -> visitor.accept(row));
        }
      } catch (IOException | RuntimeException e) {
        throw unreadable(file, e);
      }
    }
  }

  /** The library's errors are of many types; what is ours passes. */
  static LlavaSgException unreadable(Path file, Exception e) {
    return e instanceof LlavaSgException own
        ? own
        : LlavaSgException.user(
            e, "'%s' is no Parquet file that can be read (%s); get it anew", file, e.toString());
  }

  /** All columns, of the image the path alone. */
  private static ColumnProjection columns(FileSchema schema) {
    List<String> names = new ArrayList<>();
    for (SchemaNode column : schema.getRootNode().children()) {
      boolean image = column.name().equals(IMAGE) && column instanceof SchemaNode.GroupNode;
      names.add(image ? IMAGE + ".path" : column.name());
    }
    return ColumnProjection.columns(names.toArray(String[]::new));
  }

  private static DataRow row(RowReader rows, ParquetImages images, Path file, long number) {
    String where = "row %d of '%s'".formatted(number + 1, file);
    ObjectNode fields = object(rows);
    @Nullable JsonNode image = fields.remove(IMAGE);
    if (image == null || image.isNull()) {
      return new DataRow(where, fields);
    }
    String name =
        "%s-%d"
            .formatted(String.valueOf(file.getFileName()).replaceFirst("\\.parquet$", ""), number);
    return new DataRow(where, fields, Optional.of(images.image(file, number, name)));
  }

  private static ObjectNode object(FieldAccessor group) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < group.getFieldCount(); i++) {
      String name = group.getFieldName(i);
      object.set(name, node(group.getValue(name)));
    }
    return object;
  }

  private static JsonNode node(@Nullable Object value) {
    if (value == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    if (value instanceof PqStruct group) {
      return object(group);
    }
    if (value instanceof PqList list) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      list.values().forEach(element -> array.add(node(element)));
      return array;
    }
    if (value instanceof Float || value instanceof Double || value instanceof BigDecimal) {
      return JsonNodeFactory.instance.numberNode(((Number) value).doubleValue());
    }
    if (value instanceof Number number) {
      return JsonNodeFactory.instance.numberNode(number.longValue());
    }
    if (value instanceof Boolean flag) {
      return JsonNodeFactory.instance.booleanNode(flag);
    }
    return JsonNodeFactory.instance.textNode(value.toString());
  }
}
