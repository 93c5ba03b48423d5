package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of its own, with the logs that are named; when closed, none of them goes on. */
class MiniBesideTest {
  @TempDir private Path folder;

  @Test
  void tellsWhatFailedAndStopsWhatStillRuns() {
    List<String> notes = Collections.synchronizedList(new ArrayList<>());
    Path logs = folder.resolve("logs");
    MiniBeside beside = new MiniBeside(folder, 1, notes::add);
    try (beside) {
      assertThat(beside.clip()).isEqualTo(2); // without a tokenizer
    }
    assertThat(beside.perception()).isEqualTo(Failure.FAILED);
    assertThat(logs.resolve("clip.log")).content().contains("lacks tokenizer");
    assertThat(notes)
        .contains("clip ended with 2: see " + logs.resolve("clip.log"))
        .anyMatch(note -> note.startsWith("making perception beside it"));
    assertThat(folder.resolve("perception").resolve("tagger")).doesNotExist();
  }
}
