package io.llavasg.generate;

import io.llavasg.graph.Entities;
import io.llavasg.image.RgbImage;
import io.llavasg.text.Conversation;
import java.util.function.Consumer;

/**
 * A question about an image, with all that shapes its answer. Immutable: each method returns a
 * changed copy.
 *
 * @param conversation the question, perhaps after earlier turns
 * @param generation how the answer is generated
 * @param onText is handed the answer piece by piece, on the model's thread
 * @param tracing whether the answer brings the intermediate values along
 */
public record Question(
    RgbImage image,
    Conversation conversation,
    Scene scene,
    GenerationConfig generation,
    Consumer<String> onText,
    Tracing tracing) {

  /** Whether intermediate values are kept. */
  public enum Tracing {
    OFF,
    ON
  }

  /** A first question, answered greedily. */
  public static Question about(RgbImage image, String text) {
    return new Question(
        image,
        Conversation.aboutImage(text),
        new Scene.Unstated(),
        GenerationConfig.GREEDY,
        piece -> {},
        Tracing.OFF);
  }

  /** With the entities of the image's scene graph. */
  public Question with(Entities entities) {
    return with(new Scene.Given(entities));
  }

  /** As plain LLaVA would be asked. */
  public Question withoutSceneGraph() {
    return with(new Scene.None());
  }

  public Question with(Scene other) {
    return new Question(image, conversation, other, generation, onText, tracing);
  }

  public Question with(GenerationConfig other) {
    return new Question(image, conversation, scene, other, onText, tracing);
  }

  /** The question that follows, once this one has been answered with {@code answer}. */
  public Question then(String answer, String next) {
    return new Question(image, conversation.then(answer, next), scene, generation, onText, tracing);
  }

  public Question streamingTo(Consumer<String> listener) {
    return new Question(image, conversation, scene, generation, listener, tracing);
  }

  public Question traced() {
    return new Question(image, conversation, scene, generation, onText, Tracing.ON);
  }
}
