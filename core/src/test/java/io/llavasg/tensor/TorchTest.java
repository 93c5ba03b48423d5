package io.llavasg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llavasg.LlavaSgException;
import io.llavasg.LlavaSgException.Fault;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TorchTest {

  private static void assertFails(Callable<?> work, Fault fault, String part) {
    assertThatThrownBy(() -> Torch.infer(work))
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(fault);
              assertThat(e.getMessage()).contains(part).doesNotContain("\n", "\r");
              assertThat(e.getCause()).isNotNull();
            });
  }

  @Test
  void nativeErrorsBecomeOneLine() {
    assertFails(
        () -> {
          Tensor a = Tensor.zeros(DType.F32, Device.CPU, 2, 3);
          return a.matmul(a).dims();
        },
        Fault.INTERNAL,
        "cannot be multiplied (2x3 and 2x3)");
  }

  @Test
  void allocationThatCannotBeIsALackOfResources() {
    assertFails(
        () -> Tensor.empty(DType.F32, Device.CPU, 1L << 45).dims(),
        Fault.RESOURCES,
        "not enough memory");
  }

  @Test
  void otherExceptionsPass() {
    LlavaSgException user = LlavaSgException.user("no %s", "photo");
    assertThatThrownBy(
            () ->
                Torch.infer(
                    () -> {
                      throw user;
                    }))
        .isSameAs(user);
    assertFails(
        () -> {
          throw new IOException("gone");
        },
        Fault.INTERNAL,
        "gone");
  }

  @Test
  void aRuntimeExceptionOfTheCallersOwnIsNotTakenForLibtorchs() {
    RuntimeException own = new RuntimeException("client gone: out of memory");
    assertThatThrownBy(
            () ->
                Torch.infer(
                    () -> {
                      throw own;
                    }))
        .isSameAs(own);
  }

  @Test
  void missingDeviceIsALackOfResources() {
    assertThatThrownBy(() -> Device.parse("cuda:99").required())
        .isInstanceOfSatisfying(
            LlavaSgException.class, e -> assertThat(e.fault()).isEqualTo(Fault.RESOURCES))
        .hasMessageContaining("cuda:99");
    assertThat(Device.parse("CPU").required()).isEqualTo(Device.CPU).hasToString("cpu");
  }

  @Test
  void namesOfDevicesAndDtypesAreChecked() {
    assertThat(Device.parse("cuda")).hasToString("cuda:0");
    for (String name : List.of("tpu", "cuda:x", "cuda:-1", "cuda:999", "")) {
      assertThatThrownBy(() -> Device.parse(name))
          .isInstanceOfSatisfying(
              LlavaSgException.class, e -> assertThat(e.fault()).isEqualTo(Fault.USER))
          .hasMessageContaining("device");
    }
    assertThat(DType.parse("bf16")).isEqualTo(DType.BF16);
    assertThatThrownBy(() -> DType.parse("f8"))
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("unknown dtype 'f8'");
  }

  @Test
  void seedsRepeat() {
    float[][] draws = new float[2][];
    for (int i = 0; i < 2; i++) {
      Torch.seed(7);
      draws[i] =
          Torch.infer(() -> Tensor.empty(DType.F32, Device.CPU, 8).normalInPlace(0, 1).toFloats());
    }
    assertThat(draws[0]).isEqualTo(draws[1]).isNotEqualTo(new float[8]);
  }

  @Test
  void threadAnswersTheThreadThatMadeIt() {
    try (var thread = new TensorThread("model")) {
      float sum =
          thread.call(
              () ->
                  Tensor.of(new float[] {1, 2}, 2)
                      .matmul(Tensor.of(new float[] {3, 4}, 2))
                      .itemFloat());
      assertThat(sum).isEqualTo(11);
      assertThat(thread.call(() -> Thread.currentThread().getName())).isEqualTo("model");
    }
  }

  @Test
  void threadAnswersVirtualThreadsOneByOne() throws InterruptedException {
    List<Thread> computing = new CopyOnWriteArrayList<>();
    try (var thread = new TensorThread("model")) {
      List<Thread> askers =
          List.of(1, 2, 3, 4).stream()
              .map(
                  i ->
                      Thread.ofVirtual()
                          .start(
                              () ->
                                  computing.add(
                                      thread.call(
                                          () -> {
                                            Tensor.zeros(DType.F32, Device.CPU, 9);
                                            return Thread.currentThread();
                                          }))))
              .toList();
      for (Thread asker : askers) {
        asker.join();
      }
    }
    assertThat(computing).hasSize(4);
    assertThat(computing.stream().distinct()).hasSize(1);
  }

  @Test
  void anInterruptedCallerWaitsForWhatHasBegunAndGetsIt() throws Exception {
    try (var thread = new TensorThread("model")) {
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<String> got = new CompletableFuture<>();
      Thread caller =
          Thread.ofPlatform()
              .start(
                  () -> {
                    String answer =
                        thread.call(
                            () -> {
                              begun.countDown();
                              try {
                                new CountDownLatch(1).await();
                              } catch (InterruptedException e) {
                                return "ended early";
                              }
                              return "never";
                            });
                    got.complete(answer + ", " + Thread.currentThread().isInterrupted());
                  });
      begun.await();
      caller.interrupt();
      assertThat(got.get(1, TimeUnit.MINUTES)).isEqualTo("ended early, true");
      assertThat(thread.call(() -> Thread.currentThread().isInterrupted())).isFalse();
    }
  }

  @Test
  void anInterruptedCallersWorkIsNotBegun() throws Exception {
    try (var thread = new TensorThread("model")) {
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch begun = new CountDownLatch(1);
      Thread other =
          Thread.ofPlatform()
              .start(
                  () ->
                      thread.call(
                          () -> {
                            begun.countDown();
                            release.await();
                            return 1;
                          }));
      begun.await();
      List<String> done = new CopyOnWriteArrayList<>();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> thread.call(() -> done.add("asked")))
          .isInstanceOfSatisfying(
              LlavaSgException.class, e -> assertThat(e.fault()).isEqualTo(Fault.RESOURCES))
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      release.countDown();
      other.join();
      Thread.currentThread().interrupt();
      thread.finish(() -> done.add("freed"));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(done).containsExactly("freed");
    }
  }

  @Test
  void threadsOfOneModelAreNotAnothers() {
    int cores = Math.max(2, Torch.defaultThreads());
    try (var large = new TensorThread("large");
        var small = new TensorThread("small")) {
      large.call(() -> threads(cores));
      small.call(() -> threads(1));
      assertThat(large.call(BlasThreads::get)).isEqualTo(cores);
      assertThat(small.call(BlasThreads::get)).isEqualTo(1);
      SingleBlasThread first = SingleBlasThread.open();
      SingleBlasThread second = SingleBlasThread.open();
      large.call(() -> threads(cores));
      assertThat(BlasThreads.get()).isEqualTo(1);
      first.close();
      assertThat(BlasThreads.get()).isEqualTo(1);
      second.close();
      assertThat(BlasThreads.get()).isEqualTo(cores);
    } finally {
      Torch.threads(Torch.defaultThreads());
    }
  }

  private static int threads(int count) {
    Torch.threads(count);
    return count;
  }

  @Test
  void threadPassesErrorsOnAndGoesOn() {
    try (var thread = new TensorThread("model")) {
      assertThatThrownBy(
              () ->
                  thread.call(
                      () -> {
                        throw LlavaSgException.user("bad");
                      }))
          .isInstanceOf(LlavaSgException.class)
          .hasMessage("bad");
      assertThatThrownBy(
              () ->
                  thread.call(
                      () -> {
                        throw new AssertionError("broken");
                      }))
          .isInstanceOf(AssertionError.class);
      assertThatIllegalStateException()
          .isThrownBy(() -> thread.call(() -> thread.call(() -> 1)))
          .withMessageContaining("from within");
      assertThat(thread.call(() -> 2)).isEqualTo(2);
    }
  }
}
