package io.llavasg.bench;

import io.llavasg.checkpoint.Precision;
import io.llavasg.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a benchmark of one of perception's stages consists of. */
interface StageBench {
  /** The stages by name. */
  Map<String, StageBench> BY_NAME =
      Map.of("tagger", new TaggerBench(), "detector", new DetectorBench());

  /** A stage with its weights in memory. */
  interface Loaded extends AutoCloseable {
    /** All of the stage's work on one photo, preprocessing included. */
    void run(RgbImage photo);

    @Override
    void close();
  }

  /** Writes a checkpoint of random weights in the published shape. */
  void writeWeights(Path directory) throws IOException;

  Loaded load(Path directory, Precision precision);

  /** The script below {@code bench/peer}. */
  String peerScript();

  /** Whether the script needs a checkout of the reference, which is no package. */
  default boolean peerNeedsRepository() {
    return true;
  }

  /**
   * What the script is told beside photo, dtype, threads and repeats.
   *
   * @param repository the checkout, or anything where none is needed
   */
  List<String> peerArguments(Path directory, Path repository);
}
