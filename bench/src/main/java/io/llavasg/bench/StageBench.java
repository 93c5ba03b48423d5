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
  Map<String, StageBench> BY_NAME = Map.of("tagger", new TaggerBench());

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

  /** What the script is told beside photo, dtype, threads and repeats. */
  List<String> peerArguments(Path directory, Path repository);
}
