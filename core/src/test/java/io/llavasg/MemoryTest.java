package io.llavasg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.llavasg.generate.GenerationConfig;
import io.llavasg.generate.Question;
import io.llavasg.tensor.Owner;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rule of docs/memory.md, seen from outside: questions leave nothing behind. */
class MemoryTest {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int WARM_UP = 200;
  private static final int QUESTIONS = 1000;

  /**
   * In a process of its own, where the heap is in memory from the start and the JIT compiler is the
   * small one: neither's growth is a leak.
   */
  @Test
  void aThousandQuestionsKeepResidentMemoryFlat() throws IOException, InterruptedException {
    assumeTrue(Files.exists(STATUS), "resident memory is read where Linux tells it");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-Dorg.bytedeco") || flag.startsWith("--enable-native"))
        .forEach(command::add);
    command.addAll(List.of("-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(MemoryTest.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    String[] kilobytes = output.split(" ");
    long before = Long.parseLong(kilobytes[0]);
    assertThat(Long.parseLong(kilobytes[1])).isLessThan(before + before / 50);
  }

  /** Prints resident memory, in kB, after a warm-up and after a thousand more questions. */
  public static void main(String[] args) throws IOException {
    GenerationConfig generation = GenerationConfig.GREEDY.withMaxNewTokens(3);
    List<Question> questions =
        ExpectedCase.of("tiny-llava-sg").stream()
            .map(expected -> expected.question().with(generation))
            .toList();
    try (LlavaSg model = LlavaSg.load(ExpectedCase.fixture("tiny-llava-sg"))) {
      ask(model, questions, WARM_UP);
      final long tensors = Owner.liveTensors();
      final long before = residentKilobytes();
      ask(model, questions, QUESTIONS);
      System.out.println(before + " " + residentKilobytes());
      if (Owner.liveTensors() != tensors) {
        throw new AssertionError("native tensors are left");
      }
    }
  }

  private static void ask(LlavaSg model, List<Question> questions, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(model.ask(questions.get(i % questions.size())).firstLogits()).isNotEmpty();
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }
}
