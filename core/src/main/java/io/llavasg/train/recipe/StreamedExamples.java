package io.llavasg.train.recipe;

import io.llavasg.data.Example;
import io.llavasg.data.ExampleStream;
import io.llavasg.train.ExampleSource;
import java.util.List;

/** A stream as a trainer's source. */
record StreamedExamples(ExampleStream stream) implements ExampleSource {

  @Override
  public List<Example> next(int count) {
    return stream.next(count);
  }

  @Override
  public String state() {
    return stream.state();
  }

  @Override
  public void restore(String state) {
    stream.restore(state);
  }
}
