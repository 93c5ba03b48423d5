package io.llavasg.tensor;

import org.jspecify.annotations.Nullable;

/**
 * The lifetime of one computation's tensors, confined to the thread that opened it. Scopes nest;
 * whatever an operation returns belongs to the innermost one, and is freed when that closes, unless
 * it was {@link #keep kept} for the scope around it.
 *
 * <pre>{@code
 * Tensor forward(Tensor hidden) {
 *   try (var scope = Scope.open()) {
 *     return scope.keep(down.forward(gate.forward(hidden).silu().mul(up.forward(hidden))));
 *   }
 * }
 * }</pre>
 */
public final class Scope extends Owner {
  private static final ThreadLocal<Nest> NESTS =
      ThreadLocal.withInitial(() -> new Nest(Thread.currentThread()));

  /**
   * The nest that was asked for last, by its thread's number: every operation asks for its own, and
   * a thread's local values cost a call into the JVM where the first compiler alone has compiled.
   * Threads race for a place, and need not see what others put there: a nest's thread is final, and
   * no other thread looks further.
   */
  private static final @Nullable Nest[] RECENT = new @Nullable Nest[16];

  private final @Nullable Scope outer;

  /** The open scopes of a thread, which alone looks at them. */
  private static final class Nest {
    private final Thread thread;
    private @Nullable Scope innermost;

    Nest(Thread thread) {
      this.thread = thread;
    }

    private static int slot(Thread thread) {
      return (int) (thread.threadId() % RECENT.length);
    }

    static Nest ofThisThread() {
      Thread thread = Thread.currentThread();
      int slot = slot(thread);
      Nest recent = RECENT[slot];
      if (recent == null || recent.thread != thread) {
        recent = NESTS.get();
        RECENT[slot] = recent;
      }
      return recent;
    }

    /** Lets go of the thread, once none of its scopes is open. */
    void forget() {
      NESTS.remove();
      int slot = slot(thread);
      if (RECENT[slot] == this) {
        RECENT[slot] = null;
      }
    }
  }

  private Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /** Opens a scope inside the innermost one of this thread. */
  public static Scope open() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          "tensors need a platform thread: libtorch keeps its state on the thread's carrier");
    }
    Nest nest = Nest.ofThisThread();
    Scope scope = new Scope(nest.innermost);
    nest.innermost = scope;
    return scope;
  }

  /** Whether this thread has a scope open. */
  public static boolean isOpen() {
    return Nest.ofThisThread().innermost != null;
  }

  static Scope innermost() {
    Scope scope = Nest.ofThisThread().innermost;
    if (scope == null) {
      throw new IllegalStateException("no Scope is open on this thread: tensors would leak");
    }
    return scope;
  }

  /** Moves {@code tensor} to the scope around this one, which must exist, and returns it. */
  public Tensor keep(Tensor tensor) {
    if (outer == null) {
      throw new IllegalStateException("no scope around this one to keep a tensor in");
    }
    return tensor.owner == this ? outer.adopt(tensor) : tensor;
  }

  @Override
  public void close() {
    if (isClosed()) {
      return;
    }
    Nest nest = Nest.ofThisThread();
    if (nest.innermost != this) {
      throw new IllegalStateException("scopes must be closed by their thread, innermost first");
    }
    nest.innermost = outer;
    if (outer == null) {
      nest.forget();
    }
    super.close();
  }
}
