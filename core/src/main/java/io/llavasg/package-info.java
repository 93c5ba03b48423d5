/**
 * LLaVA-SG on the JVM: load a checkpoint, ask about an image, look at the scene graph.
 *
 * <pre>{@code
 * try (var model = LlavaSg.load(Path.of("llava-sg-7b"))) {
 *   var answer = model.ask(image, "How many dogs are there?");
 *   System.out.println(answer.text());
 * }
 * }</pre>
 */
@NullMarked
package io.llavasg;

import org.jspecify.annotations.NullMarked;
