package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One run of the whole program in this process, on the model fixtures of core. */
record CommandLineRun(int exitCode, String out, String err) {
  static final Path FIXTURES = Path.of("../core/src/test/resources/model");
  static final String MODEL = FIXTURES.resolve("tiny-llava-sg").toString();
  static final String IMAGE = FIXTURES.resolve("pictures/wide.png").toString();
  static final String ENTITIES =
      FIXTURES.resolve("tiny-llava-sg/entities/wide-two.json").toString();

  /** What the reference says in a case of a model of the fixtures. */
  static JsonNode expected(String model, String id) throws IOException {
    JsonNode all = new ObjectMapper().readTree(Path.of(model, "expected.json").toFile());
    for (JsonNode one : all.get("results")) {
      if (one.get("id").asText().equals(id)) {
        return one;
      }
    }
    throw new AssertionError(id);
  }

  static CommandLineRun of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new CommandLineRun(code, text(out), text(err));
  }

  /** As {@link #of}, with a stdout that cannot be written to. */
  static CommandLineRun intoNowhere(String... args) throws IOException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    nowhere.close();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(nowhere, true, StandardCharsets.UTF_8),
            new PrintWriter(err, true),
            args);
    return new CommandLineRun(code, "", text(err));
  }

  /** As {@link #of}; both outputs as a terminal shows them, in {@link #out}. */
  static CommandLineRun onATerminal(String... args) {
    StringWriter both = new StringWriter();
    PrintWriter terminal = new PrintWriter(both, true);
    int code = Main.run(terminal, terminal, args);
    return new CommandLineRun(code, text(both), "");
  }

  /** Lines end alike on all systems. */
  private static String text(StringWriter written) {
    return written.toString().replace(System.lineSeparator(), "\n");
  }

  /** All of stdout, which has to be one JSON object. */
  JsonNode json() {
    assertThat(exitCode).as(err).isZero();
    assertThat(out.lines()).hasSize(1);
    try {
      return new ObjectMapper().readTree(out);
    } catch (JsonProcessingException e) {
      throw new AssertionError(out, e);
    }
  }

  /** Bad input: nothing on stdout, one line on stderr that holds {@code parts}. */
  void assertRefused(int code, String... parts) {
    assertThat(err.lines()).as(err).hasSize(1);
    assertThat(err).startsWith("llava-sg: ").contains(parts);
    assertThat(exitCode).isEqualTo(code);
    assertThat(out).isEmpty();
  }
}
