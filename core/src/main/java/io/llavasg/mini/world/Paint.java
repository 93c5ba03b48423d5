package io.llavasg.mini.world;

/** The colour of a drawing's layer, relative to the thing's own. */
enum Paint {
  MAIN,
  DARK,
  LIGHT,
  INK
}
