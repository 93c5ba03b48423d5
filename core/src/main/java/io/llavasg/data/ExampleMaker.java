package io.llavasg.data;

import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.graph.NodeChoice;
import io.llavasg.graph.NodePooling;
import io.llavasg.image.ImageFile;
import io.llavasg.image.Orientation;
import io.llavasg.image.PixelValues;
import io.llavasg.image.RgbImage;
import io.llavasg.image.Size;
import io.llavasg.text.Conversation;
import io.llavasg.text.Prompt;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Role;
import io.llavasg.text.Tokenizer;
import io.llavasg.text.Turn;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Turns samples into examples. Safe for several threads. */
public final class ExampleMaker {
  private final Preparation preparation;
  private final PromptAssembler assembler;

  public ExampleMaker(Preparation preparation, Tokenizer tokenizer) {
    this.preparation = preparation;
    assembler = new PromptAssembler(tokenizer, preparation.template());
  }

  /**
   * An example, and what became of its sample on the way.
   *
   * @param fullLength positions before truncation
   * @param answers how many tokens are to be learned
   * @param leftOut of the sample
   */
  public record Made(Example example, int fullLength, int answers, LeftOut leftOut) {
    public boolean isTruncated() {
      return fullLength > example.length();
    }
  }

  /** Whether images are decoded. */
  public enum Images {
    DECODED,
    /** Its file is read as far as its size: the example has no pixels and cannot be trained on. */
    MEASURED
  }

  /** Size of an image's pixel values in memory, in bytes. */
  long pixelBytes() {
    return 3L * Float.BYTES * preparation.imageProcessor().crop().area();
  }

  /** A picture with its nodes. */
  private record View(Optional<PixelValues> pixels, Optional<NodePooling> nodes, LeftOut leftOut) {
    static final View NONE = new View(Optional.empty(), Optional.empty(), LeftOut.NOTHING);
  }

  /**
   * The example of a sample.
   *
   * @throws LlavaSgException user, if the sample is broken: the error names it and says how
   */
  public Made make(DataSource source, Sample sample) {
    return make(source, sample, Images.DECODED);
  }

  /** As {@link #make(DataSource, Sample)}, perhaps without decoding the image. */
  public Made make(DataSource source, Sample sample, Images images) {
    try {
      Conversation conversation = conversation(sample);
      Prompt prompt = assembler.assemble(conversation);
      requireKnown(prompt);
      return finish(sample, conversation, prompt, view(source, sample, images));
    } catch (LlavaSgException e) {
      throw named(sample, e);
    }
  }

  private static LlavaSgException named(Sample sample, LlavaSgException e) {
    String message = String.valueOf(e.getMessage());
    return e.fault() != LlavaSgException.Fault.USER || message.startsWith(sample.name())
        ? e
        : LlavaSgException.user(e, "%s: %s", sample.name(), message);
  }

  private static Conversation conversation(Sample sample) {
    Conversation conversation = asked(sample);
    boolean answered =
        conversation.turns().stream()
            .anyMatch(turn -> turn.role() == Role.ASSISTANT && !turn.text().isBlank());
    if (!answered) {
      throw LlavaSgException.user("no answer: there is nothing to learn from it");
    }
    if (!conversation.hasImage() && sample.image().isPresent()) {
      throw LlavaSgException.user(
          "its image '%s' has no place: put %s into the first turn, or take the image away",
          sample.image().get(), Conversation.IMAGE_MARKER);
    }
    return conversation;
  }

  /**
   * What LLaVA's training makes of the turns: a first one that is the assistant's is left out, and
   * without an image its marker is text like any other.
   */
  private static Conversation asked(Sample sample) {
    List<Turn> turns = sample.turns();
    if (turns.getFirst().role() == Role.ASSISTANT) {
      turns = turns.subList(1, turns.size());
    }
    if (turns.isEmpty()) {
      throw LlavaSgException.user("no question: all that it has is the assistant's (gpt)");
    }
    return sample.image().isPresent()
        ? Conversation.ofDataset(turns)
        : new Conversation(turns, Conversation.ImageInput.NONE);
  }

  private void requireKnown(Prompt prompt) {
    for (Prompt.Segment segment : prompt.segments()) {
      if (segment instanceof Prompt.Text text) {
        for (int id : text.ids()) {
          if (id >= preparation.vocabulary()) {
            throw LlavaSgException.user(
                "the tokenizer gives the id %d, and the model's vocab_size is %d: they do not"
                    + " belong together",
                id, preparation.vocabulary());
          }
        }
      }
    }
  }

  private View view(DataSource source, Sample sample, Images images) {
    if (sample.image().isEmpty()) {
      return View.NONE;
    }
    Path file = source.imageFile(sample.image().get());
    Size size;
    Optional<PixelValues> pixels = Optional.empty();
    if (images == Images.DECODED) {
      RgbImage image = ImageFile.read(file, Orientation.IGNORE_EXIF);
      size = image.size();
      pixels = Optional.of(preparation.imageProcessor().apply(image));
    } else {
      size = ImageFile.size(file);
    }
    if (preparation.mostNodes().isEmpty()) {
      return new View(pixels, Optional.empty(), LeftOut.NOTHING);
    }
    Entities entities = entities(source, sample, file);
    EntitiesFile.requireSize("its entities", entities, size.width(), size.height());
    NodeChoice choice =
        NodeChoice.of(
            entities,
            preparation.canvas(size),
            preparation.grid(),
            preparation.mostNodes().getAsInt());
    LeftOut leftOut = new LeftOut(choice.offCanvas().size(), choice.surplus(), 0);
    return new View(pixels, Optional.of(choice.pooling()), leftOut);
  }

  private static Entities entities(DataSource source, Sample sample, Path file) {
    return source
        .entities()
        .find(sample, file)
        .orElseThrow(
            () ->
                LlavaSgException.user(
                    "no entities for '%s': give it an \"entities\" field, or look at the images"
                        + " first (llava-sg perceive --batch --ignore-exif), or train without a scene graph",
                    sample.image().orElse("")));
  }

  private Made finish(Sample sample, Conversation conversation, Prompt prompt, View view) {
    int patches = preparation.grid() * preparation.grid();
    int image = patches + view.nodes().map(nodes -> nodes.weights().size() + 2).orElse(0);
    int full = prompt.textLength() + (conversation.hasImage() ? image : 0);
    Prompt cut = Truncation.cut(prompt, image, preparation.maxLength());
    int answers = Truncation.answers(cut);
    if (answers == 0) {
      throw LlavaSgException.user(
          "all of its answers lie beyond the context of %d positions (it has %d)",
          preparation.maxLength(), full);
    }
    int[] graphPrompt = view.nodes().isPresent() ? assembler.promptText(conversation) : new int[0];
    Example example =
        new Example(
            sample.id(),
            cut,
            graphPrompt,
            view.pixels(),
            view.nodes(),
            Math.min(full, preparation.maxLength()));
    int openings = sample.turns().size() - conversation.turns().size();
    return new Made(example, full, answers, view.leftOut().withOpenings(openings));
  }
}
