package io.llavasg.generate;

import io.llavasg.graph.Canvas;
import io.llavasg.graph.Entities;
import io.llavasg.image.PixelValues;
import java.util.Optional;

/**
 * What a question is about, ready for the model.
 *
 * @param pixels the preprocessed image
 * @param canvas where on the tower's square the image's pixels lie
 * @param entities of the scene graph; empty to answer without one, as plain LLaVA does
 */
public record Illustration(PixelValues pixels, Canvas canvas, Optional<Entities> entities) {}
