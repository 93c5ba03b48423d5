package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MiniAllCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"perception/backbone", "clip"})
  void whatIsThereIsNotMadeOver(String part) throws IOException {
    Files.createDirectories(folder.resolve(part));
    CommandLineRun run = CommandLineRun.of("mini", "all", "--out", folder.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("holds a run already", "--resume");
  }

  /** Hours before they are needed. */
  @Test
  void recipesAreReadFirst() {
    Path made = folder.resolve("made");
    CommandLineRun.of("mini", "all", "--out", made.toString(), "--recipes", folder.toString())
        .assertRefused(2, "there is no recipe", "stage1.yaml");
    assertThat(made).doesNotExist();
  }

  /** This folder has none; those of the checkout are found. */
  @Test
  void recipesLieInTheCheckout() {
    assertThat(MiniRecipes.PLACE).doesNotExist();
    assertThat(new MiniRecipes().folder().resolve("round4.yaml")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "3"})
  void oneOrTwoPartsAreMadeAtOnce(String jobs) {
    Path made = folder.resolve("made");
    CommandLineRun.of("mini", "all", "--out", made.toString(), "--jobs", jobs)
        .assertRefused(2, "--jobs is " + jobs, "1 or 2");
    assertThat(made).doesNotExist();
  }

  @Test
  void aFolderIsRequired() {
    CommandLineRun run = CommandLineRun.of("mini", "all");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--out");
  }
}
