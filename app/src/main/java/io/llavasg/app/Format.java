package io.llavasg.app;

/** How a command prints its result. */
enum Format {
  /** For people. */
  TEXT,
  /** One JSON object, and nothing else, on stdout. */
  JSON
}
