package io.llavasg.eval.task;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqStruct;
import dev.hardwood.schema.ColumnProjection;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The images of Parquet files. They are read from the first row on: asked for in the order of the
 * rows, each is read once; asked for again, the last one is at hand; anything before it starts its
 * file anew, passing over whole row groups.
 */
final class ParquetImages implements AutoCloseable {
  private @Nullable Reading current;

  /** An image by its place. */
  private record RowImage(ParquetImages images, Path file, long row, String name)
      implements ImageSource {
    @Override
    public byte[] bytes() {
      return images.read(file, row);
    }
  }

  ImageSource image(Path file, long row, String name) {
    return new RowImage(this, file, row, name);
  }

  private synchronized byte[] read(Path file, long row) {
    try {
      if (current == null || !current.file.equals(file) || current.row > row) {
        close();
        current = new Reading(file, row);
      }
      return current.at(row);
    } catch (IOException | RuntimeException e) {
      throw ParquetRows.unreadable(file, e);
    }
  }

  @Override
  public synchronized void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  /** A file that is being read. */
  private static final class Reading {
    private final Path file;
    private final ParquetFileReader reader;
    private final RowReader rows;
    private long row;
    private byte @Nullable [] bytes;

    Reading(Path file, long first) throws IOException {
      this.file = file;
      row = first - 1;
      reader = ParquetFileReader.open(InputFile.of(file));
      rows =
          reader.buildRowReader().projection(ColumnProjection.columns("image")).skip(first).build();
    }

    byte[] at(long wanted) {
      while (row < wanted) {
        if (!rows.hasNext()) {
          throw LlavaSgException.user("'%s' became shorter while it was in use", file);
        }
        rows.next();
        row++;
        if (row == wanted) {
          @Nullable PqStruct image = rows.getStruct("image");
          bytes = image == null ? null : image.getBinary("bytes");
        }
      }
      if (bytes == null) {
        throw LlavaSgException.user("row %d of '%s' has no image", row + 1, file);
      }
      return bytes;
    }

    void close() {
      rows.close();
      try {
        reader.close();
      } catch (IOException e) {
        throw LlavaSgException.resources(e, "cannot close '%s': %s", file, e.toString());
      }
    }
  }
}
