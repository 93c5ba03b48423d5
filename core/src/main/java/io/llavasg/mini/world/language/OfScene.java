package io.llavasg.mini.world.language;

/**
 * Something said of one scene of a test.
 *
 * @param scene its index in the test's scenes
 */
public record OfScene<T>(int scene, T value) {}
