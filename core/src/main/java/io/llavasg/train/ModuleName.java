package io.llavasg.train;

/**
 * Name of a module or a parameter: it stands for every parameter that has it, or that lies below
 * it.
 */
record ModuleName(String name) {

  static ModuleName of(String name) {
    return new ModuleName(name);
  }

  /** Whether it stands for the parameter of that name. */
  boolean matches(String parameter) {
    return parameter.equals(name) || parameter.startsWith(name + ".");
  }

  /** Whether one of the two stands for parameters of the other. */
  boolean overlaps(String module) {
    return matches(module) || ModuleName.of(module).matches(name);
  }
}
