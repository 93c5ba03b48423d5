package io.llavasg.data;

import io.llavasg.graph.NodePooling;
import io.llavasg.image.PixelValues;
import io.llavasg.text.Prompt;
import java.util.Optional;

/**
 * A sample made ready for the model.
 *
 * @param id what errors and logs call the sample
 * @param prompt token ids with the spans to learn, and the image's place among them
 * @param graphPromptIds the text that activates the scene graph, tokenised on its own; empty: none
 * @param pixels what the vision tower sees; empty: a text-only sample
 * @param nodes pooling weights of the entities that become nodes; empty: no scene graph in the
 *     prompt at all; zero rows: an empty graph, whose markers stand side by side
 * @param length positions once image and graph are expanded, markers included
 */
@SuppressWarnings("ArrayRecordComponent")
public record Example(
    String id,
    Prompt prompt,
    int[] graphPromptIds,
    Optional<PixelValues> pixels,
    Optional<NodePooling> nodes,
    int length) {}
