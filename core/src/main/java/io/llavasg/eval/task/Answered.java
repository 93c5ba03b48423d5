package io.llavasg.eval.task;

/** An item with what a model answered. */
public record Answered(EvalItem item, String answer) {}
