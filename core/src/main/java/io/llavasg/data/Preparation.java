package io.llavasg.data;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Canvas;
import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.image.Size;
import io.llavasg.text.ConversationTemplate;
import java.util.OptionalInt;

/**
 * How samples become examples for a model.
 *
 * @param template how a conversation is written down
 * @param imageProcessor what is made of an image; its aspect ratio also decides where masks lie
 * @param grid patches along a side of the square that the vision tower sees
 * @param mostNodes entities of a scene graph at most; empty: no scene graph
 * @param maxLength positions of an example at most; what lies beyond is cut off
 * @param vocabulary token ids are below it
 */
public record Preparation(
    ConversationTemplate template,
    ClipImageProcessor imageProcessor,
    int grid,
    OptionalInt mostNodes,
    int maxLength,
    int vocabulary) {

  public Preparation {
    if (template == ConversationTemplate.PLAIN && mostNodes.isPresent()) {
      throw LlavaSgException.user(
          "the plain template has no question that could activate a scene graph");
    }
    if (maxLength <= grid * grid) {
      throw LlavaSgException.user(
          "a length of %d positions has no room for text beside the %d of an image",
          maxLength, grid * grid);
    }
  }

  /** Where an image's masks lie. */
  Canvas canvas(Size image) {
    return imageProcessor.aspectRatio() == AspectRatio.PAD
        ? Canvas.padded(image.width(), image.height())
        : Canvas.centreCropped(image.width(), image.height());
  }
}
