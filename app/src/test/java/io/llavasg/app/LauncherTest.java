package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LauncherTest {

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the POSIX launcher; Windows has its own")
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void launcher() throws IOException, InterruptedException {
    Path checkout = Path.of("..").toAbsolutePath().normalize();
    Process script =
        new ProcessBuilder("sh", "src/test/sh/launcher-test.sh", checkout.toString())
            .redirectErrorStream(true)
            .start();
    script.getOutputStream().close();
    String output =
        new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(script.waitFor()).as(output).isZero();
    assertThat(output).isEqualTo("all passed");
  }
}
