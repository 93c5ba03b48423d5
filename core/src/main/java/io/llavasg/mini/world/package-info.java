/**
 * The miniature world: drawn scenes whose truth is known, and everything that can be said of them.
 *
 * <p>A {@link io.llavasg.mini.world.Scene} is geometry in the unit square: a textured background
 * and up to eight things, each a {@link io.llavasg.mini.world.Kind} in one colour, from back to
 * front. {@link io.llavasg.mini.world.SceneGenerator} makes one of a seed, {@link
 * io.llavasg.mini.world.SceneRenderer} draws it at any resolution and gives the exact visible
 * masks, {@link io.llavasg.mini.world.Relation} defines what holds between two things. Pictures are
 * made by our own rasteriser with integer coverage and strict arithmetic alone, so a seed gives the
 * same bytes on every machine.
 *
 * <p>{@link io.llavasg.mini.world.Split} keeps compositions, entity-relation pairs and question
 * templates of the test out of training, by their hashes.
 */
@NullMarked
package io.llavasg.mini.world;

import org.jspecify.annotations.NullMarked;
