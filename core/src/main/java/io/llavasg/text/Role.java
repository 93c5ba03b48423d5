package io.llavasg.text;

/** Who speaks in a turn. */
public enum Role {
  USER,
  ASSISTANT
}
