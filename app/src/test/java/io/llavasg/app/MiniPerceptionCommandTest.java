package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiniPerceptionCommandTest {
  @TempDir private Path folder;

  @Test
  void whatIsThereIsNotTrainedOver() throws IOException {
    Files.createDirectories(folder.resolve("segmenter"));
    CommandLineRun run =
        CommandLineRun.of("mini", "perception", "--out", folder.toString(), "--stage", "segmenter");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("holds a segmenter, or a part of its training, already")
        .contains("--resume");
  }

  @Test
  void anUnknownStageIsRefusedWithThoseThereAre() {
    CommandLineRun run =
        CommandLineRun.of("mini", "perception", "--out", folder.toString(), "--stage", "nose");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).containsIgnoringCase("tagger, detector, segmenter");
  }
}
