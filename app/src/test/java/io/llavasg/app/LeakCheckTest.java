package io.llavasg.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.Extension;

class LeakCheckTest {
  /** It is core's; without core's test classes nothing here would be checked, and nothing said. */
  @Test
  void watchesTheTestsOfThisModule() {
    assertThat(ServiceLoader.load(Extension.class))
        .extracting(extension -> extension.getClass().getName())
        .contains("io.llavasg.tensor.LeakCheck");
    assertThat(getClass().getResource("/junit-platform.properties")).isNotNull();
  }
}
