package io.llavasg.eval.task;

/** An image that stood in a table and is kept in memory. */
@SuppressWarnings("ArrayRecordComponent")
record HeldImage(String name, byte[] bytes) implements ImageSource {}
