package io.llavasg.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  @TempDir Path cache;

  @Test
  void everyPlatformHasABuild() throws IOException {
    for (String[] platform :
        new String[][] {{"Linux", "amd64"}, {"Mac OS X", "aarch64"}, {"Windows 11", "amd64"}}) {
      var build = NativeLibrary.Build.of(platform[0], platform[1]);
      assertThat(NativeLibrary.unpack(build, cache)).hasSameSizeAs(build.files());
    }
    assertThatExceptionOfType(LlavaSgException.class)
        .isThrownBy(() -> NativeLibrary.Build.of("Mac OS X", "x86_64"))
        .withMessageContaining("Mac OS X on x86_64");
  }

  @Test
  void unpackersDoNotDisturbEachOther() throws IOException {
    var build = NativeLibrary.Build.of("Linux", "amd64");
    List<Path> files =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(i -> unpack(build))
            .flatMap(List::stream)
            .toList();
    assertThat(files).hasSize(4).containsOnly(files.get(0));
    assertThat(Files.size(files.get(0))).isGreaterThan(1 << 20);
    try (Stream<Path> left = Files.list(files.get(0).resolveSibling("."))) {
      assertThat(left).hasSize(1);
    }
  }

  /** Loads a tokenizer in a fresh JVM, and exits with 40 plus the number of tokens of a word. */
  static final class FreshStart {
    public static void main(String[] arguments) {
      try (Tokenizer tokenizer = Tokenizer.load(Path.of(arguments[0]))) {
        System.exit(40 + tokenizer.encode("dog").length);
      }
    }
  }

  @Test
  @DisabledOnOs(
      value = OS.WINDOWS,
      disabledReason = "a library that is loaded cannot be removed there")
  void aFolderThatCannotBeWrittenDoesNoHarm() throws Exception {
    Path file = Files.createFile(cache.resolve("a-file"));
    Path temporary = Files.createDirectory(cache.resolve("temporary"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dio.llavasg.cache=" + file.resolve("below"),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                FreshStart.class.getName(),
                Fixtures.path("llama").toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isEqualTo(41);
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("llava-sg")))
          .as("unpacked files are gone at the end")
          .isEmpty();
    }
  }

  private List<Path> unpack(NativeLibrary.Build build) {
    try {
      return NativeLibrary.unpack(build, cache);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
