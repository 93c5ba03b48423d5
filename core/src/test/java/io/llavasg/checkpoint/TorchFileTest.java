package io.llavasg.checkpoint;

import static io.llavasg.checkpoint.Fixtures.assertUserError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llavasg.tensor.DType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "views-protocol2.bin",
        "views-protocol3.bin",
        "views-protocol4.bin",
        "training.pth",
        "state_dict.pt"
      })
  void readsWhatTorchSaved(String name) {
    try (TorchFile file = TorchFile.open(Fixtures.path(name))) {
      Fixtures.assertAsExpected(file.tensors(), name);
      assertThat(TorchFile.inspect(file.path()).values())
          .containsExactlyElementsOf(
              file.tensors().values().stream().map(StoredTensor::info).toList());
    }
  }

  @Test
  void viewsShareTheirStorageAndOnlyStridedOnesAreCopied() {
    try (TorchFile file = TorchFile.open(Fixtures.path("views-protocol2.bin"))) {
      Map<String, StoredTensor> tensors = file.tensors();
      long tied = Fixtures.at(tensors, "tied").memory().address();
      assertThat(Fixtures.at(tensors, "tied_again").data().address()).isEqualTo(tied);
      assertThat(Fixtures.at(tensors, "row").data().address()).isEqualTo(tied + 12 * 4);
      assertThat(Fixtures.at(tensors, "buffer").isContiguous()).isTrue();
      for (String name : List.of("transposed", "columns", "every_other", "permuted")) {
        assertThat(Fixtures.at(tensors, name).isContiguous()).as(name).isFalse();
      }
    }
  }

  @Test
  void exposesEverythingElseThatWasSaved() {
    try (TorchFile file = TorchFile.open(Fixtures.path("training.pth"))) {
      Map<?, ?> root = (Map<?, ?>) file.root();
      assertThat(root.get("epoch")).isEqualTo(7L);
      assertThat(root.get("negative")).isEqualTo(-5L);
      assertThat(root.get("large")).isEqualTo(1L << 40);
      assertThat(root.get("flag")).isEqualTo(true);
      assertThat(root.get("seen")).isEqualTo(Set.of(1L, 2L, 3L));
      assertThat(root.get("device")).isEqualTo("cpu");
      assertThat(root.get("size")).isEqualTo(List.of(2L, 3L));
      assertThat(root.get("dtype")).isEqualTo(DType.F16);
      assertThat(root.get("rng_state")).isInstanceOf(PickledTensor.class);
      Map<?, ?> args = (Map<?, ?>) Fixtures.at(root, "args");
      assertThat(args.get("lr")).isEqualTo(1e-3);
      assertThat(args.get("name")).isEqualTo("tiny");
      assertThat(args.get("steps")).isEqualTo(List.of(1L, 2L));
      assertThat(args.get("big")).isEqualTo(BigInteger.TWO.pow(70));
      assertThat(args.get("none")).isEqualTo(PickledNone.NONE);
      assertThat(args.get("raw")).isEqualTo(new byte[] {0, -1});
      assertThat(((Map<?, ?>) Fixtures.at(root, "optimizer")).get("param_groups"))
          .isInstanceOf(List.class);
    }
  }

  @Test
  void everyNameThatIsNotOnTheListIsRefused() {
    JsonNode pickles = Fixtures.json("malicious.json");
    assertThat(pickles.size()).isGreaterThan(200);
    pickles
        .properties()
        .forEach(
            entry -> {
              byte[] pickle = HexFormat.of().parseHex(entry.getValue().asText());
              assertUserError(
                  () -> PickleReader.read(ByteBuffer.wrap(pickle), entry.getKey()),
                  entry.getKey(),
                  "which is refused");
            });
    assertUserError(
        () -> TorchFile.open(Fixtures.path("malicious.pth")),
        "malicious.pth",
        "its pickle names 'os.system', which is refused");
  }

  @ParameterizedTest
  @CsvSource({
    "legacy.pth, before PyTorch 1.6",
    "list.pth, holds no dict of tensors",
    "big-endian.pth, big-endian",
    "compressed.pth, compressed",
    "script.pth, TorchScript",
    "no-storage.pth, archive/data/0",
    "short-storage.pth, leaves its storage",
    "beyond.pth, leaves its storage",
    "negative-offset.pth, leaves its storage",
    "negative-stride.pth, impossible shape",
    "strided-beyond.pth, leaves its storage",
    "repeating.pth, leaves its storage",
    "overflow.pth, impossible shape",
    "ranks.pth, impossible shape",
    "plain.safetensors, not a zip file",
  })
  void fileThatLiesIsRefused(String name, String reason) {
    assertUserError(() -> TorchFile.open(Fixtures.path(name)), name, reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"good.pth", "no-byteorder.pth"})
  void handMadeFilesWithoutALieAreRead(String name) {
    try (TorchFile file = TorchFile.open(Fixtures.path(name))) {
      assertThat(Fixtures.hex(file.tensor("w")))
          .isEqualTo("000000000000803f0000004000004040000080400000a040");
    }
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("good.pth"));
    Path file = directory.resolve("cut.pth");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertUserError(() -> TorchFile.open(file), "cut.pth");
    }
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    assertUserError(() -> TorchFile.open(file), "Git LFS");
    assertUserError(() -> TorchFile.open(directory.resolve("none.pth")), "does not exist");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                 | ends in the middle",
        "80               | ends in the middle",
        "8002             | ends in the middle",
        "80022e           | takes more from its stack",
        "800230           | takes more from its stack",
        "8002282e         | takes more from its stack",
        "80024e2886       | takes more from its stack",
        "80028000         | protocol 0",
        "8005             | protocol 5",
        "800231           | mark",
        "8002680500       | never stored",
        "80026a000000ff   | never stored",
        "800258ffffffff   | ends in the middle",
        "80048dffffffffffffffff | ends in the middle",
        "80048dffffffffffffff7f | ends in the middle",
        "80048effffffffffffff7f | ends in the middle",
        "800495ffffffffffffff7f | frame",
        "80028bffffff7f   | integer of too many digits",
        "80028bffffffff   | ends in the middle",
        "80025801000000ff | not UTF-8",
        "80027d4b0173     | takes more from its stack",
        "80027d5d4b0173   | no scalar",
        "80027d284b0175   | key without a value",
        "80025d4b014b0273 | no such container",
        "80024b014b0261   | no such container",
        "80024b01285d90   | no such container",
        "80028f285d90     | no scalar",
        "80024b0151       | persistent id",
        "80024b012952     | no function",
        "80024b014b0281   | no tuple",
        "80025d7d62       | state for what has none",
        "80044b004b0093   | no string",
        "80026362         | ends in the middle",
        "8002ff           | not one that torch.save writes",
        "800282012e       | not one that torch.save writes",
        "800249310a2e     | not one that torch.save writes",
      })
  void malformedPickleIsRefused(@Nullable String hex, String reason) {
    byte[] pickle = HexFormat.of().parseHex(hex == null ? "" : hex);
    assertUserError(() -> PickleReader.read(ByteBuffer.wrap(pickle), "p.pth"), "p.pth", reason);
  }

  @Test
  void endlessNestingAndSelfReferenceDoNoHarm() {
    assertUserError(() -> readRepeated("\u0080\u0002", "]", 4_100_000, "."), "objects");
    assertUserError(() -> readRepeated("\u0080\u0002", "(", 4_100_000, "."), "objects");
    assertUserError(() -> readRepeated("\u0080\u0002N", "\u0085", 4_100_000, "."), "objects");
    assertUserError(() -> readRepeated("\u0080\u0002", "2", 10, "."), "stack");
    assertThat(readRepeated("\u0080\u0002N", "\u0085", 1_000_000, ".")).isInstanceOf(List.class);
    Object own = readRepeated("\u0080\u0002]2", "a", 1, ".");
    assertThat(((List<?>) own).get(0)).isSameAs(own);
    assertThat(StateDict.find(own)).isEmpty();
  }

  @Test
  void copyingALongArgumentAgainAndAgainIsRefused() {
    String thousand = "(" + "K\u0001".repeat(100_000) + "t\u0085q\u0000";
    String once = "c__builtin__\nset\nh\u0000R0";
    assertUserError(() -> readRepeated("\u0080\u0002" + thousand, once, 1000, "."), "objects");
  }

  private static Object readRepeated(String start, String repeated, int times, String end) {
    byte[] pickle = (start + repeated.repeat(times) + end).getBytes(StandardCharsets.ISO_8859_1);
    return PickleReader.read(ByteBuffer.wrap(pickle), "p.pth");
  }
}
