package io.llavasg.checkpoint;

import static io.llavasg.checkpoint.Fixtures.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {

  @TempDir private Path directory;

  @Test
  void readsWhatTheReferenceLibraryWrote() {
    try (SafetensorsFile file = SafetensorsFile.open(Fixtures.path("plain.safetensors"))) {
      Fixtures.assertAsExpected(file.tensors(), "plain.safetensors");
      assertThat(file.metadata()).containsEntry("format", "pt");
    }
  }

  @Test
  void headerAloneSaysTheSame() {
    SafetensorsHeader header = SafetensorsHeader.read(Fixtures.path("plain.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(header.path())) {
      assertThat(header.tensors().values())
          .containsExactlyElementsOf(
              file.tensors().values().stream().map(StoredTensor::info).toList());
    }
  }

  @Test
  void mapsMoreThanTwoGigabytesWithoutReadingThem() throws IOException {
    long elements = 3L << 30;
    String json =
        "{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},\"end\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}}"
            .formatted(elements, elements, elements, elements + 1);
    Path file = write(json, new byte[0]);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(8 + json.length() + elements + 1);
      sparse.seek(sparse.length() - 1);
      sparse.write(42);
    }
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      assertThat(open.tensor("big").data().byteSize()).isEqualTo(elements);
      assertThat(open.tensor("end").data().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 42);
    }
  }

  @Test
  void misalignedTensorIsCopiedToAlignment() throws IOException {
    Path file =
        write(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}  ",
            new byte[] {1, 0, 0, (byte) 0x80, 0x3f});
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      StoredTensor tensor = open.tensor("b");
      assertThat(tensor.isAligned()).isFalse();
      assertThat(tensor.data().address() % 4).isZero();
      assertThat(tensor.data().get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(1f);
    }
  }

  @Test
  void tensorsAreReadOnlyAndEndWithTheFile() {
    SafetensorsFile file = SafetensorsFile.open(Fixtures.path("plain.safetensors"));
    StoredTensor tensor = file.tensor("cube");
    assertThat(tensor.data().isReadOnly()).isTrue();
    file.close();
    file.close();
    assertThatThrownBy(() -> tensor.memory().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void emptyHeaderIsAFileWithoutTensors() throws IOException {
    try (SafetensorsFile open = SafetensorsFile.open(write("{}", new byte[0]))) {
      assertThat(open.tensors()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                              | not a JSON object",
        "nonsense                                                        | not valid JSON",
        "{\"a\":                                                         | not valid JSON",
        "{} {}                                                           | goes on",
        "{\"a\":3}                                                       | 'a' is not described",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}                       | lacks its dtype, shape or",
        "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}} | F8_E4M3",
        "{\"a\":{\"dtype\":1,\"shape\":[4],\"data_offsets\":[0,4]}}      | dtype that is no string",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,4]}}  | no array",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}} | no list of integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | needs 8 bytes and its",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | impossible shape [-1]",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,4]}} | impossible shape",
        "{\"a\":{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,4]}} | impossible shape",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}} | not valid JSON",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | data_offsets [4, 0]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}} | data_offsets [-4, 0]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}  | data_offsets [0]",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}} | overlap",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}} | belong to no tensor",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}} | belong to no tensor",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}} | at its end belong to no tensor",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]}} | truncated",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807],\"data_offsets\":[0,9223372036854775807]}} | truncated",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}} | 'a' is there twice",
        "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}} | its dtype twice",
        "{\"__metadata__\":{\"a\":1}}                                    | object of strings",
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}                    | twice in __metadata__",
        "{\"a\\nb\":3}                                                   | 'a?b' is not described",
      })
  void headerThatLiesIsRefused(String json, String reason) throws IOException {
    Path file = write(json, new byte[4]);
    assertUserError(() -> SafetensorsHeader.read(file), "broken.safetensors'", reason);
    assertUserError(() -> SafetensorsFile.open(file), "broken.safetensors'", reason);
  }

  @Test
  void fileThatIsNoneIsRefused() throws IOException {
    Path file = directory.resolve("a.safetensors");
    assertUserError(() -> SafetensorsFile.open(file), "a.safetensors' does not exist");
    assertUserError(() -> SafetensorsFile.open(directory), "is not a file");
    Files.write(file, new byte[0]);
    assertUserError(() -> SafetensorsFile.open(file), "a.safetensors' is empty");
    Files.write(file, new byte[5]);
    assertUserError(() -> SafetensorsFile.open(file), "5 bytes");
    Files.write(file, lengthPrefix(100));
    assertUserError(() -> SafetensorsFile.open(file), "needs 100 bytes", "truncated");
    Files.write(file, lengthPrefix(200_000_000));
    assertUserError(() -> SafetensorsFile.open(file), "200000000 bytes long");
    Files.write(file, lengthPrefix(-1));
    assertUserError(() -> SafetensorsFile.open(file), "18446744073709551615 bytes long");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("plain.safetensors"));
    Path file = directory.resolve("cut.safetensors");
    for (int length : List.of(1, 7, 8, 9, 100, whole.length / 2, whole.length - 1)) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertUserError(() -> SafetensorsFile.open(file), "cut.safetensors");
    }
  }

  private Path write(String json, byte[] data) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer whole =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    whole.putLong(header.length).put(header).put(data);
    return Files.write(directory.resolve("broken.safetensors"), whole.array());
  }

  private static byte[] lengthPrefix(long length) {
    return ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }
}
