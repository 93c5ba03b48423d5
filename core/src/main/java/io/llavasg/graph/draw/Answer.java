package io.llavasg.graph.draw;

/**
 * What a model answered.
 *
 * @param model its name, such as LLaVA-SG
 */
public record Answer(String model, String text) {}
