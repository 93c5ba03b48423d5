package io.llavasg.tensor;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.container;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs classes that leak, and classes that do not, and looks at what {@link LeakCheck} says. */
class LeakCheckTest {
  private static Lifetime lifetime = new Lifetime();

  private static Tensor lasting() {
    try (var scope = Scope.open()) {
      return lifetime.own(Tensor.of(new float[] {1}, 1));
    }
  }

  @AfterEach
  void freeWhatLeaked() {
    lifetime.close();
    lifetime = new Lifetime();
  }

  static class LeakingTest {
    @Test
    void leaks() {
      lasting();
    }

    @Test
    void doesNot() {
      try (var scope = Scope.open()) {
        Tensor.of(new float[] {1}, 1);
      }
    }
  }

  @SuppressWarnings("MustBeClosed")
  static class OpenScopeTest {
    @Test
    void leavesItsScopeOpen() {
      Scope.open();
      Scope.open();
      Tensor.of(new float[] {1}, 1);
    }

    @Test
    void doesNot() {
      try (var scope = Scope.open()) {
        Tensor.of(new float[] {1}, 1);
      }
    }
  }

  static class CleanFixtureTest {
    private static Lifetime fixture = new Lifetime();

    @BeforeAll
    static void make() {
      fixture = new Lifetime();
      try (var scope = Scope.open()) {
        fixture.own(Tensor.of(new float[] {1}, 1));
      }
    }

    @Test
    void usesIt() {}

    @AfterAll
    static void close() {
      fixture.close();
    }
  }

  static class LeakingFixtureTest {
    @BeforeAll
    static void make() {
      lasting();
    }

    @Test
    void usesIt() {}
  }

  @Test
  void failsATestThatLeaks() {
    run(LeakingTest.class)
        .testEvents()
        .assertStatistics(statistics -> statistics.failed(1).succeeded(1))
        .assertThatEvents()
        .haveExactly(
            1,
            event(test("leaks"), finishedWithFailure(message("leaks() leaked 1 native tensors"))));
  }

  @Test
  void failsATestThatLeavesAScopeOpen() {
    run(OpenScopeTest.class)
        .testEvents()
        .assertStatistics(statistics -> statistics.failed(1).succeeded(1))
        .assertThatEvents()
        .haveExactly(
            1, event(finishedWithFailure(message("leavesItsScopeOpen() left a scope open"))));
  }

  @Test
  void allowsAFixtureThatItsClassCloses() {
    run(CleanFixtureTest.class)
        .allEvents()
        .assertStatistics(statistics -> statistics.failed(0).succeeded(3));
  }

  @Test
  void failsAClassThatKeepsItsFixture() {
    EngineExecutionResults results = run(LeakingFixtureTest.class);
    results.testEvents().assertStatistics(statistics -> statistics.failed(0).succeeded(1));
    results
        .containerEvents()
        .assertThatEvents()
        .haveExactly(
            1,
            event(
                container(LeakingFixtureTest.class),
                finishedWithFailure(message(text -> text.endsWith("leaked 1 native tensors")))));
  }

  private static EngineExecutionResults run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter")
        .enableImplicitConfigurationParameters(true)
        .selectors(selectClass(tests))
        .execute();
  }
}
