package io.llavasg.tensor;

import io.llavasg.LlavaSgException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenBLAS's number of threads, one for the whole process; when closed, this gives it back what it
 * was. OpenBLAS is asked directly: its binding goes through its loader each time that the number is
 * set, two thirds of a millisecond where a small model's attention takes a fraction of that.
 */
final class BlasThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlasThreads.class);
  private static final MethodHandle GET =
      function("openblas_get_num_threads", FunctionDescriptor.of(ValueLayout.JAVA_INT));
  private static final MethodHandle SET =
      function("openblas_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));

  private final int before = get();

  /** How many threads a product has. */
  static int get() {
    try {
      return (int) GET.invokeExact();
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** Sets it. */
  static void set(int threads) {
    try {
      SET.invokeExact(threads);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    set(before);
  }

  /**
   * A function of the library that libtorch has loaded; where there is none, one that does nothing.
   */
  private static MethodHandle function(String name, FunctionDescriptor type) {
    Pointer address = Loader.addressof(name);
    if (address == null) {
      LOG.debug("no {} here: libtorch's BLAS is another one, whose threads are not limited", name);
      return MethodHandles.empty(type.toMethodType());
    }
    return Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(address.address()), type);
  }

  private static LlavaSgException failed(Throwable e) {
    return LlavaSgException.internal(e, "OpenBLAS does not take its number of threads: %s", e);
  }
}
