package io.llavasg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnershipTest {

  private static Tensor one() {
    return Tensor.of(new float[] {1}, 1);
  }

  @Test
  void closingAScopeFreesItsTensors() {
    long before = Owner.liveTensors();
    Tensor tensor;
    try (var scope = Scope.open()) {
      tensor = one();
      tensor.add(tensor);
      assertThat(Owner.liveTensors()).isEqualTo(before + 2);
    }
    assertThat(Owner.liveTensors()).isEqualTo(before);
    assertThat(tensor).hasToString("Tensor(freed)");
    assertThatThrownBy(tensor::toFloats).isInstanceOf(RuntimeException.class);
  }

  @Test
  void keepMovesATensorOneScopeOutward() {
    try (var outer = Scope.open()) {
      Tensor kept;
      Tensor lost;
      try (var middle = Scope.open()) {
        try (var inner = Scope.open()) {
          lost = inner.keep(one());
          kept = middle.keep(inner.keep(one()));
        }
        assertThat(lost.itemFloat()).isEqualTo(1);
      }
      assertThat(lost).hasToString("Tensor(freed)");
      assertThat(kept.itemFloat()).isEqualTo(1);
    }
  }

  @Test
  void keepLeavesAloneWhatBelongsElsewhere() {
    try (var lifetime = new Lifetime();
        var outer = Scope.open()) {
      Tensor weight = lifetime.own(one());
      Tensor outside = one();
      try (var inner = Scope.open()) {
        assertThat(inner.keep(weight)).isSameAs(weight);
        assertThat(inner.keep(outside)).isSameAs(outside);
      }
      assertThat(weight.owner).isSameAs(lifetime);
      assertThat(outside.owner).isSameAs(outer);
    }
  }

  @Test
  void outermostScopeHasNowhereToKeepIn() {
    try (var scope = Scope.open()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> scope.keep(one()))
          .withMessageContaining("no scope around");
    }
  }

  @Test
  void lifetimeOutlivesScopesAndThreads() throws InterruptedException {
    List<Float> read = new ArrayList<>();
    try (var lifetime = new Lifetime()) {
      Tensor weight;
      try (var scope = Scope.open()) {
        weight = lifetime.own(one());
      }
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (var scope = Scope.open()) {
                      read.add(weight.add(weight).itemFloat());
                    }
                  });
      reader.join();
      assertThat(weight.itemFloat()).isEqualTo(1);
    }
    assertThat(read).containsExactly(2f);
  }

  @Test
  void closedOwnersTakeNothing() {
    var lifetime = new Lifetime();
    lifetime.close();
    lifetime.close();
    try (var scope = Scope.open()) {
      Tensor tensor = one();
      assertThatIllegalStateException().isThrownBy(() -> lifetime.own(tensor));
      assertThat(tensor.itemFloat()).isEqualTo(1);
    }
  }

  @Test
  void freeComesEarlyAndOnce() {
    long before = Owner.liveTensors();
    try (var scope = Scope.open()) {
      Tensor tensor = one();
      Tensor view = tensor.narrow(0, 0, 1);
      tensor.free();
      tensor.free();
      assertThat(Owner.liveTensors()).isEqualTo(before + 1);
      assertThat(view.itemFloat()).as("a view holds the memory").isEqualTo(1);
    }
    assertThat(Owner.liveTensors()).isEqualTo(before);
  }

  @Test
  void exceptionsFreeToo() {
    long before = Owner.liveTensors();
    assertThatThrownBy(
            () ->
                Torch.infer(
                    () -> {
                      one().add(one());
                      throw new UnsupportedOperationException("no");
                    }))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(Owner.liveTensors()).isEqualTo(before);
    assertThat(Scope.isOpen()).isFalse();
  }

  @Test
  void scopesCloseInnermostFirst() {
    try (var outer = Scope.open()) {
      try (var inner = Scope.open()) {
        assertThatIllegalStateException()
            .isThrownBy(outer::close)
            .withMessageContaining("innermost first");
        one();
        inner.close();
        inner.close();
      }
      assertThat(one().itemFloat()).isEqualTo(1);
    }
    assertThat(Scope.isOpen()).isFalse();
  }

  @Test
  void scopesBelongToTheirThread() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (var scope = Scope.open()) {
      Thread other = Thread.ofPlatform().unstarted(scope::close);
      other.setUncaughtExceptionHandler((thread, error) -> failure.set(error));
      other.start();
      other.join();
      assertThat(one().itemFloat()).isEqualTo(1);
    }
    assertThat(failure.get()).hasMessageContaining("by their thread");
  }

  /** More threads than places in which a thread's scopes are looked up first. */
  @Test
  void eachOfManyThreadsHasItsOwnScopes() throws Exception {
    int count = 40;
    CyclicBarrier together = new CyclicBarrier(count);
    try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
      List<Callable<Float>> work =
          IntStream.range(0, count)
              .<Callable<Float>>mapToObj(
                  number ->
                      () -> {
                        float sum = 0;
                        for (int i = 0; i < 50; i++) {
                          together.await(30, TimeUnit.SECONDS);
                          try (var outer = Scope.open()) {
                            Tensor kept;
                            try (var inner = Scope.open()) {
                              kept = inner.keep(one().mul(number));
                            }
                            sum += kept.itemFloat();
                          }
                          assertThat(Scope.isOpen()).isFalse();
                        }
                        return sum;
                      })
              .toList();
      int number = 0;
      for (Future<Float> sum : threads.invokeAll(work)) {
        assertThat(sum.get()).isEqualTo(50f * number++);
      }
    }
  }

  @Test
  void operationsNeedAScope() {
    assertThatIllegalStateException()
        .isThrownBy(OwnershipTest::one)
        .withMessageContaining("no Scope is open");
  }

  @Test
  void virtualThreadsAreRefused() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread virtual = Thread.ofVirtual().unstarted(Scope::open);
    virtual.setUncaughtExceptionHandler((thread, error) -> failure.set(error));
    virtual.start();
    virtual.join();
    assertThat(failure.get()).hasMessageContaining("platform thread");
  }
}
