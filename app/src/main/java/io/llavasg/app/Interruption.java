package io.llavasg.app;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C, or a kind kill, while work is done that must be ended in order: the process waits until
 * the work has heard of it and is over.
 */
final class Interruption implements AutoCloseable {
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Runnable stop) {
    hook =
        new Thread(
            () -> {
              stop.run();
              try {
                over.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "interruption");
  }

  /**
   * Starts to listen.
   *
   * @param stop tells the work to end; called on another thread
   */
  static Interruption of(Runnable stop) {
    Interruption interruption = new Interruption(stop);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** The work is over. */
  @Override
  public void close() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: the hook runs, and now comes to its end.
    }
  }
}
