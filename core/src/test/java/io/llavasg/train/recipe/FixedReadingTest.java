package io.llavasg.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** What a training cannot go on without. */
class FixedReadingTest {

  private static SortedMap<String, String> fixed(String... settings) {
    Path lora = Path.of("../configs/stage3-lora.yaml");
    return FixedReading.of(RecipeFile.read(lora, List.of(settings)).recipe());
  }

  private static SortedMap<String, String> at(String file, String images) {
    return fixed("data.0.file=" + file, "data.0.images=" + images, "data.0.entities=" + images);
  }

  @Test
  void foldersAreToldFromTheDataFile() {
    assertThat(at("runs/mini/data/a.json", "runs/mini/data/images"))
        .containsEntry("data.0.images", "images")
        .isEqualTo(at("/elsewhere/data/a.json", "/elsewhere/data/images"))
        .isNotEqualTo(at("runs/mini/data/a.json", "runs/mini/images"));
  }

  /** The numbers that are dropped depend on the micro-batch; where none are, only sums do. */
  @Test
  void microBatchesCountWhereAdaptersDropNumbers() {
    assertThat(fixed("micro_batch=8")).isNotEqualTo(fixed("micro_batch=4"));
    assertThat(fixed("micro_batch=8", "lora.dropout=0"))
        .isEqualTo(fixed("micro_batch=4", "lora.dropout=0"));
  }

  /** A run that a broken sample stopped may go on by skipping it. */
  @Test
  void allReadingCountsButWhatIsDoneAboutBrokenSamples() {
    assertThat(fixed("broken_samples=skip")).isEqualTo(fixed("broken_samples=stop"));
    for (String other : List.of("aspect_ratio=none", "max_length=1024")) {
      assertThat(fixed(other)).as(other).isNotEqualTo(fixed());
    }
  }
}
