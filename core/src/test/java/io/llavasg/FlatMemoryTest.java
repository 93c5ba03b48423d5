package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.tensor.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A thousand questions in a row take no more memory than the first hundreds. */
class FlatMemoryTest {
  private static final int WARM_UP = 500;
  private static final int QUESTIONS = 1_000;

  /** The whole process may grow by so much: allocators and the JVM keep some slack of their own. */
  private static final double GROWTH = 0.02;

  @Test
  void residentMemoryStaysFlat() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.exists(status), "resident memory is read from /proc");
    try (LlavaSg model = LlavaSg.load(ExpectedCase.fixture("tiny-llava-sg"))) {
      List<Question> questions =
          ExpectedCase.of("tiny-llava-sg").stream()
              .map(c -> c.question().with(GenerationConfig.GREEDY.withMaxNewTokens(4)))
              .toList();
      ask(model, questions, WARM_UP);
      final long tensors = Owner.liveTensors();
      final long before = residentKilobytes(status);
      ask(model, questions, QUESTIONS);
      assertThat(Owner.liveTensors()).isEqualTo(tensors);
      assertThat((double) residentKilobytes(status)).isLessThan(before * (1 + GROWTH));
    }
  }

  private static void ask(LlavaSg model, List<Question> questions, int count) {
    for (int i = 0; i < count; i++) {
      model.ask(questions.get(i % questions.size()));
    }
  }

  /** After a collection, so that the Java heap's garbage does not count. */
  private static long residentKilobytes(Path status) throws IOException {
    System.gc();
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
