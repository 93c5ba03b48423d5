package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void versionAndHelpGoToStdout() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("llava-sg ");
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("Usage: llava-sg").contains("Exit codes");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void badUseIsOneLineAndExitCode2() {
    assertThat(run("--no-such-option")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("llava-sg: Unknown option: '--no-such-option' (see llava-sg --help)");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void noCommandIsBadUse() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly("llava-sg: No command given (see llava-sg --help)");
  }

  @Test
  void theFaultDecidesTheExitCode() {
    assertThat(failing(LlavaSgException.user("no file %s", "a.jpg"))).isEqualTo(2);
    assertThat(failing(LlavaSgException.resources("no device cuda:7"))).isEqualTo(3);
    assertThat(failing(LlavaSgException.internal(new IllegalStateException(), "lost")))
        .isEqualTo(1);
    assertThat(failing(new IllegalStateException("two\n  lines"))).isEqualTo(1);
    assertThat(failing(new OutOfMemoryError("Java heap space"))).isEqualTo(3);
    assertThat(err.toString().lines())
        .containsExactly(
            "llava-sg: no file a.jpg",
            "llava-sg: no device cuda:7",
            "llava-sg: lost",
            "llava-sg: java.lang.IllegalStateException: two lines; --debug shows where",
            "llava-sg: the Java heap is too small (Java heap space);"
                + " raise it with LLAVA_SG_JAVA_OPTS=-Xmx…");
  }

  @Test
  void debugAfterTheCommandShowsTheStackTrace() {
    assertThat(failing(LlavaSgException.user("no file"), "--debug")).isEqualTo(2);
    assertThat(err.toString().lines().toList())
        .startsWith("llava-sg: no file")
        .anyMatch(line -> line.contains("at io.llavasg.app.MainTest"));
  }

  @Test
  void anAnswerThatIsLostIsAFailure() throws IOException {
    CommandLineRun.intoNowhere("--version")
        .assertRefused(3, "cannot write the answer: standard output is closed");
    CommandLineRun.intoNowhere("info", CommandLineRun.MODEL).assertRefused(3, "cannot write");
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  /** Runs a subcommand {@code fail} that throws {@code error}. */
  private int failing(Throwable error, String... options) {
    Callable<Integer> command =
        () -> {
          if (error instanceof Error fatal) {
            throw fatal;
          }
          throw (Exception) error;
        };
    Main main = new Main();
    CommandLine commands = new CommandLine(main);
    commands.addSubcommand("fail", CommandSpec.wrapWithoutInspection(command));
    String[] args = new String[options.length + 1];
    args[0] = "fail";
    System.arraycopy(options, 0, args, 1, options.length);
    return Main.execute(
        main, commands, new PrintWriter(out, true), new PrintWriter(err, true), args);
  }
}
