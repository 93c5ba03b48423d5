package io.llavasg.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.model.ComponentFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Greedy decoding of whole models from another implementation's files. */
class Llama2cTest {
  private static final int BOS = 1;

  /** Against reference/model/llama2c.py, whose rope turns neighbouring dimensions. */
  @Test
  void tinyModelPrefersTheReferencesTokens() throws IOException {
    Path folder = ComponentFixture.path("llama2c");
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    int[] ids = new int[expected.get("greedy_ids").size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = expected.get("greedy_ids").get(i).intValue();
    }
    try (var model = new Llama2c(folder.resolve("model.bin"))) {
      assertThat(model.greedy(BOS, ids.length)).containsExactly(ids);
    }
  }

  @Test
  void trainedModelTellsItsStory() throws IOException {
    Path folder = null;
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared/data/stories260k");
      folder = folder == null && Files.isDirectory(candidate) ? candidate : folder;
    }
    Assumptions.assumeTrue(folder != null, "no stories260k beside the project");
    try (var model = new Llama2c(folder.resolve("stories260K.bin"))) {
      byte[][] pieces = pieces(folder.resolve("tok512.bin"), model.config().vocabSize());
      var story = new ByteArrayOutputStream();
      int last = BOS;
      for (int id : model.greedy(BOS, 200)) {
        if (id == BOS) {
          break;
        }
        story.writeBytes(text(pieces[id], last == BOS));
        last = id;
      }
      assertThat(story.toString(StandardCharsets.UTF_8))
          .isEqualTo(Files.readString(folder.resolve("expected-greedy-200.txt")));
    }
  }

  /** The tokens' texts: int32 longest, then for each float32 score, int32 length and bytes. */
  private static byte[][] pieces(Path file, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.getInt();
    byte[][] pieces = new byte[count][];
    for (int i = 0; i < count; i++) {
      bytes.getFloat();
      pieces[i] = new byte[bytes.getInt()];
      bytes.get(pieces[i]);
    }
    return pieces;
  }

  /** A piece as text: {@code <0x0A>} is that byte, and a text does not begin with a space. */
  private static byte[] text(byte[] piece, boolean first) {
    String text = new String(piece, StandardCharsets.UTF_8);
    if (text.matches("<0x[0-9A-F]{2}>")) {
      return new byte[] {(byte) Integer.parseInt(text.substring(3, 5), 16)};
    }
    return (first && text.startsWith(" ") ? text.substring(1) : text)
        .getBytes(StandardCharsets.UTF_8);
  }
}
