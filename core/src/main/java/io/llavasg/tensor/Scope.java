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
  private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();

  private final @Nullable Scope outer;

  private Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /** Opens a scope inside the innermost one of this thread. */
  public static Scope open() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          "tensors need a platform thread: libtorch keeps its state on the thread's carrier");
    }
    Scope scope = new Scope(INNERMOST.get());
    INNERMOST.set(scope);
    return scope;
  }

  /** Whether this thread has a scope open. */
  public static boolean isOpen() {
    return INNERMOST.get() != null;
  }

  static Scope innermost() {
    Scope scope = INNERMOST.get();
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
    if (INNERMOST.get() != this) {
      throw new IllegalStateException("scopes must be closed by their thread, innermost first");
    }
    if (outer == null) {
      INNERMOST.remove();
    } else {
      INNERMOST.set(outer);
    }
    super.close();
  }
}
