/**
 * What is said of the miniature world's scenes: captions, questions and their answers, multiple
 * choices, conversations, a corpus of texts alone, and exercises over notes.
 *
 * <p>Every question comes of a template in {@code templates.txt}, but for exercises in keywords;
 * those marked there, and entity-relation pairs that {@link io.llavasg.mini.world.Split} reserves,
 * occur in the test alone. {@link io.llavasg.mini.world.language.Questions} finds all questions
 * that a scene has a clear answer to; who asks them chooses by the answers, so that no answer is
 * frequent because its scenes are.
 */
@NullMarked
package io.llavasg.mini.world.language;

import org.jspecify.annotations.NullMarked;
