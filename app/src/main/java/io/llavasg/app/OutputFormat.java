package io.llavasg.app;

import picocli.CommandLine.Option;

/** The option that chooses between people and machines as readers. */
final class OutputFormat {

  /** Who reads the output. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--format",
      paramLabel = "F",
      defaultValue = "text",
      description = "text, or json: one object on stdout (default: text).")
  private Format format = Format.TEXT;

  boolean isJson() {
    return format == Format.JSON;
  }
}
