package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldCommandTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void writesTheSameFilesOfTheSameSeed() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      CommandLineRun run =
          CommandLineRun.of("world", "--out", path(name), "--scenes", "3", "--seed", "5");
      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).startsWith("3 scenes of the train split in '");
    }
    for (String file :
        new String[] {"images/000002.png", "entities/000002.json", "instructions.json"}) {
      assertThat(folder.resolve("a").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("b").resolve(file));
    }
  }

  @Test
  void tellsMachinesWhatItMade() {
    JsonNode json =
        CommandLineRun.of("world", "--out", path("e"), "--scenes", "2", "--format", "json").json();
    assertThat(json.path("scenes").intValue()).isEqualTo(2);
    assertThat(Path.of(json.path("made").textValue()).resolve("instructions.json")).isRegularFile();
  }

  @Test
  void refusesWhatItCannotWrite() throws IOException {
    CommandLineRun.of("world", "--scenes", "3")
        .assertRefused(2, "Missing required option: '--out=DIR'");
    CommandLineRun.of("world", "--out", path("c"), "--scenes", "3", "--split", "dev")
        .assertRefused(2, "--split", "dev");
    CommandLineRun.of("world", "--out", path("c"), "--scenes", "0")
        .assertRefused(2, "0 scenes are none to write");
    CommandLineRun.of("world", "--out", path("c"), "--scenes", "3", "--size", "4")
        .assertRefused(2, "56 to 1024 pixels");
    assertThat(folder.resolve("c")).doesNotExist();
    Files.createDirectories(folder.resolve("d/mine"));
    CommandLineRun.of("world", "--out", path("d"), "--scenes", "3")
        .assertRefused(2, "is not empty: remove it, or name another --out");
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
