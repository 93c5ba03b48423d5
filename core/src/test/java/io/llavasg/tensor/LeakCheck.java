package io.llavasg.tensor;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves native tensors or an open scope behind, and a class that leaves any
 * after its {@code @AfterAll}; what a class makes in {@code @BeforeAll} may live as long as the
 * class. META-INF/services registers it for every test that has it on its class path.
 */
public final class LeakCheck
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    remember(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    remember(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    check(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    check(context);
  }

  private static void remember(ExtensionContext context) {
    context.getStore(NAMESPACE).put("live", Owner.liveTensors());
  }

  private static void check(ExtensionContext context) {
    Long before = context.getStore(NAMESPACE).remove("live", Long.class);
    long leaked = Owner.liveTensors() - (before == null ? 0 : before);
    boolean open = Scope.isOpen();
    while (Scope.isOpen()) {
      // So that the tests that follow are judged by what they do themselves.
      Scope.innermost().close();
    }
    if (open) {
      throw new AssertionError(context.getDisplayName() + " left a scope open");
    }
    if (leaked > 0) {
      throw new AssertionError(context.getDisplayName() + " leaked " + leaked + " native tensors");
    }
  }
}
