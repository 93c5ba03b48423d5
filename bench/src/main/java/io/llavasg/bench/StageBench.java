package io.llavasg.bench;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Precision;
import io.llavasg.image.RgbImage;
import io.llavasg.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a benchmark of one of perception's stages consists of. */
interface StageBench {
  /** The stages' names. */
  List<String> NAMES = List.of("tagger", "detector", "segmenter");

  /** The stage of that name, which is one of {@link #NAMES}. */
  static StageBench of(String name) {
    return switch (name) {
      case "tagger" -> new TaggerBench();
      case "detector" -> new DetectorBench();
      case "segmenter" -> new SegmenterBench();
      default ->
          throw LlavaSgException.user("--stage is '%s', and has to be one of %s", name, NAMES);
    };
  }

  /** A stage with its weights in memory. */
  interface Loaded extends AutoCloseable {
    /** All of the stage's work on one photo, preprocessing included. */
    void run(RgbImage photo);

    @Override
    void close();
  }

  /** Writes a checkpoint of random weights in the published shape. */
  void writeWeights(Path directory) throws IOException;

  Loaded load(Path directory, Precision precision, Device device);

  /** The script below {@code bench/peer}. */
  String peerScript();

  /** Whether the script runs without a checkout of the reference. */
  default boolean peerIsPackaged() {
    return false;
  }

  /**
   * What the script is told beside photo, dtype, threads and repeats.
   *
   * @param repository the checkout, or anything where none is needed
   */
  List<String> peerArguments(Path directory, Path repository);
}
