package io.llavasg.eval.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A file of answers in the form that the server of a benchmark takes. */
public interface Submission {

  /** What the file is called. */
  String fileName();

  void write(List<Answered> answers, Path file) throws IOException;
}
