package io.llavasg.generate;

import io.llavasg.graph.Entities;

/** Where the scene graph of a question comes from. */
public sealed interface Scene {

  /** The image's entities are known. */
  record Given(Entities entities) implements Scene {}

  /** No scene graph: the model answers as plain LLaVA does. */
  record None() implements Scene {}

  /** What suits the model: its own perception for LLaVA-SG, no scene graph for plain LLaVA. */
  record Unstated() implements Scene {}
}
