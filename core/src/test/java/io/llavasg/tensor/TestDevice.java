package io.llavasg.tensor;

/**
 * Where the tests against reference implementations run: the CPU, or what {@code -Dllavasg.device}
 * names ({@code mvn verify -Pcuda -Dllavasg.device=cuda}).
 */
public final class TestDevice {
  public static final Device DEVICE = Device.parse(System.getProperty("llavasg.device", "cpu"));

  private TestDevice() {}
}
