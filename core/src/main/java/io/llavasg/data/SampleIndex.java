package io.llavasg.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.llavasg.LlavaSgException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * Where the samples of a file stand, and how long they are: 16 bytes a sample, made in one pass.
 * The file is a JSON list or a JSON object a line; which of them, its content says.
 */
final class SampleIndex {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int BUFFER = 1 << 20;

  private final Path file;
  private long[] offsets = new long[1024];
  private int[] sizes = new int[1024];
  private int[] lengths = new int[1024];
  private int count;
  private long checksum;

  private SampleIndex(Path file) {
    this.file = file;
  }

  /**
   * Reads a whole file.
   *
   * @throws LlavaSgException user, if it is no JSON, is cut short, or holds no samples
   */
  static SampleIndex of(Path file) {
    SampleIndex index = new SampleIndex(file);
    CRC32C crc = new CRC32C();
    try (InputStream raw = new CheckedInputStream(Files.newInputStream(file), crc);
        InputStream input = new BufferedInputStream(raw, BUFFER);
        JsonParser parser = JSON.createParser(input)) {
      index.scan(parser);
      index.checksum = crc.getValue();
    } catch (NoSuchFileException e) {
      throw LlavaSgException.user(e, "there is no data file '%s'", file);
    } catch (JsonEOFException e) {
      throw LlavaSgException.user(
          e,
          "'%s' is cut short: it ends after %d whole samples, at line %d; get a whole copy",
          file,
          index.count,
          e.getLocation().getLineNr());
    } catch (JsonParseException e) {
      throw LlavaSgException.user(
          e,
          "'%s' is not JSON after sample %d (line %d): %s",
          file,
          index.count,
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          e.getOriginalMessage().replace('\n', ' '));
    } catch (IOException e) {
      throw LlavaSgException.user(e, "the data file '%s' cannot be read: %s", file, e.toString());
    }
    if (index.count == 0) {
      throw LlavaSgException.user(
          "'%s' holds no samples; expected a JSON list of them, or one a line", file);
    }
    return index;
  }

  private void scan(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    boolean list = token == JsonToken.START_ARRAY;
    if (list) {
      token = parser.nextToken();
    }
    while (token != null && token != JsonToken.END_ARRAY) {
      long start = parser.currentTokenLocation().getByteOffset();
      int length = token == JsonToken.START_OBJECT ? length(parser) : skip(parser);
      add(start, parser.currentLocation().getByteOffset(), length);
      token = parser.nextToken();
    }
    if (list && parser.nextToken() != null) {
      throw LlavaSgException.user("'%s' goes on after its list of samples", file);
    }
  }

  private void add(long start, long end, int length) {
    if (start < 0) {
      throw LlavaSgException.user("'%s' is not in UTF-8; convert it", file);
    }
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    offsets[count] = start;
    sizes[count] = Math.toIntExact(end - start);
    lengths[count++] = length;
  }

  private static int skip(JsonParser parser) throws IOException {
    parser.skipChildren();
    return 1;
  }

  /** Words of an object's conversation; negative without an image. */
  private static int length(JsonParser parser) throws IOException {
    int words = 0;
    boolean image = false;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (key.equals("image")) {
        image = value != JsonToken.VALUE_NULL;
      } else if (key.equals("conversations") && value == JsonToken.START_ARRAY) {
        words += conversation(parser);
        continue;
      }
      parser.skipChildren();
    }
    return image ? Math.max(1, words) : -Math.max(1, words);
  }

  private static int conversation(JsonParser parser) throws IOException {
    int words = 0;
    int depth = 1;
    String key = "";
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.FIELD_NAME) {
        key = parser.currentName();
      } else if (token == JsonToken.VALUE_STRING && depth == 2 && key.equals("value")) {
        words += words(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
      }
    }
    return words;
  }

  private static int words(char[] text, int from, int length) {
    int words = 0;
    boolean inside = false;
    for (int i = from; i < from + length; i++) {
      boolean space = Character.isWhitespace(text[i]) || Character.isSpaceChar(text[i]);
      words += !space && !inside ? 1 : 0;
      inside = !space;
    }
    return words;
  }

  int count() {
    return count;
  }

  long offset(int sample) {
    return offsets[sample];
  }

  int size(int sample) {
    return sizes[sample];
  }

  /** Words of a sample's conversation, negative where it has no image; never 0. */
  int length(int sample) {
    return lengths[sample];
  }

  /** CRC-32C of the whole file. */
  long checksum() {
    return checksum;
  }
}
