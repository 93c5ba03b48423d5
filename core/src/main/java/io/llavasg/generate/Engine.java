package io.llavasg.generate;

import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.Precision;
import io.llavasg.generate.Generator.Answers;
import io.llavasg.generate.Generator.Row;
import io.llavasg.generate.PromptEmbedder.Embedded;
import io.llavasg.generate.PromptEmbedder.GraphPrompt;
import io.llavasg.graph.Canvas;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.image.RgbImage;
import io.llavasg.model.LlavaSgConfig;
import io.llavasg.model.LlavaSgModel;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.text.Conversation;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Prompt;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.TokenStream;
import io.llavasg.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Questions in, answers out, on the calling thread: image processor, tokenizer, model and generator
 * of one checkpoint. Not safe for several threads at once.
 */
public final class Engine implements AutoCloseable {
  private final LoadedModel loaded;
  private final LlavaSgModel model;
  private final Tokenizer tokenizer;
  private final PromptAssembler assembler;
  private final ClipImageProcessor imageProcessor;
  private final Set<Integer> endTokens;
  private final Optional<ImageDomain> domain;

  private Engine(ModelFiles files, LoadedModel loaded, Tokenizer tokenizer) {
    this.loaded = loaded;
    this.model = loaded.model();
    this.tokenizer = tokenizer;
    assembler = new PromptAssembler(tokenizer, ConversationTemplate.VICUNA_V1);
    imageProcessor = ClipImageProcessor.read(files.processor(), files.aspectRatio());
    endTokens = new HashSet<>(files.endTokens());
    domain = ImageDomain.read(files.directory(), files.config().vision().hiddenSize());
    int side = files.config().vision().imageSize();
    if (imageProcessor.crop().width() != side || imageProcessor.crop().height() != side) {
      throw LlavaSgException.user(
          "the image processor of '%s' crops to %s pixels, and vision_config.image_size is %d",
          files.directory(), imageProcessor.crop(), side);
    }
  }

  /**
   * Loads the checkpoint that {@code files} describes.
   *
   * @throws LlavaSgException if its parts do not fit together, or memory is too small
   */
  public static Engine load(ModelFiles files, Precision precision, Device device) {
    LoadedModel loaded = LoadedModel.load(files, precision, device);
    try {
      Tokenizer tokenizer = Tokenizer.load(files.directory());
      try {
        requireTokens(files, tokenizer);
        return new Engine(files, loaded, tokenizer);
      } catch (RuntimeException e) {
        tokenizer.close();
        throw e;
      }
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** The model's special tokens have to be the tokenizer's. */
  private static void requireTokens(ModelFiles files, Tokenizer tokenizer) {
    files.imageToken().ifPresent(id -> requireToken(files, tokenizer, "<image>", id));
    files
        .config()
        .sceneGraph()
        .ifPresent(
            graph -> {
              requireToken(files, tokenizer, "<sg>", graph.sgToken());
              requireToken(files, tokenizer, "<text>", graph.textToken());
            });
  }

  private static void requireToken(ModelFiles files, Tokenizer tokenizer, String token, int id) {
    int actual = tokenizer.id(token).orElse(-1);
    if (actual != id) {
      throw LlavaSgException.user(
          "the tokenizer of '%s' %s, but config.json says that %s is %d",
          files.directory(),
          actual < 0 ? "has no token " + token : "gives " + token + " the id " + actual,
          token,
          id);
    }
  }

  /** Size of the weights in memory, in bytes. */
  public long weightBytes() {
    return loaded.weightBytes();
  }

  public LlavaSgConfig config() {
    return model.config();
  }

  /** Answers questions, decoding them as one batch; the answers are in their order. */
  public List<Answer> answer(List<Question> questions) {
    try (var scope = Scope.open()) {
      List<Embedded> prompts = new ArrayList<>();
      List<@Nullable Trace> traces = new ArrayList<>();
      List<AnswerText> texts = new ArrayList<>();
      for (Question question : questions) {
        Trace trace = question.tracing() == Question.Tracing.ON ? new Trace() : null;
        prompts.add(embed(question, trace));
        traces.add(trace);
        texts.add(new AnswerText(question));
      }
      Answers answers =
          generator()
              .generate(
                  prompts,
                  questions.stream().map(Question::generation).toList(),
                  (row, id) -> texts.get(row).push(id));
      List<Answer> all = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        all.add(
            finish(
                prompts.get(i),
                answers.rows().get(i),
                texts.get(i),
                traces.get(i),
                answers.prefillNanos(),
                answers.decodeNanos()));
      }
      return all;
    }
  }

  /** The scene graph of a question, without an answer to it. */
  public Depiction depict(Question question) {
    try (var scope = Scope.open()) {
      PromptEmbedder.Seen seen =
          new PromptEmbedder(model, domain)
              .see(illustration(question), graphPrompt(question.conversation()), null);
      return new Depiction(
          Optional.ofNullable(seen.graph())
              .orElseThrow(() -> LlavaSgException.user("no scene graph was asked for")),
          seen.nodes(),
          seen.warnings());
    }
  }

  Embedded embed(Question question, @Nullable Trace trace) {
    Prompt prompt = assembler.assemble(question.conversation());
    requireKnown(prompt);
    return new PromptEmbedder(model, domain)
        .embed(prompt, illustration(question), graphPrompt(question.conversation()), trace);
  }

  private Illustration illustration(Question question) {
    RgbImage image = question.image();
    Canvas canvas =
        imageProcessor.aspectRatio() == AspectRatio.PAD
            ? Canvas.padded(image.width(), image.height())
            : Canvas.centreCropped(image.width(), image.height());
    Optional<Entities> entities = entities(question);
    return new Illustration(imageProcessor.apply(image), canvas, entities);
  }

  private Optional<Entities> entities(Question question) {
    boolean hasGraph = model.sceneGraph().isPresent();
    if (question.scene() instanceof Scene.Given given) {
      if (!hasGraph) {
        throw LlavaSgException.user(
            "this model is plain LLaVA and takes no entities: ask without, or convert it");
      }
      EntitiesFile.requireSize(
          "the entities", given.entities(), question.image().width(), question.image().height());
      return Optional.of(given.entities());
    }
    if (hasGraph && question.scene() instanceof Scene.Unstated) {
      throw LlavaSgException.user(
          "a scene graph needs entities: give them, or let perception find them (docs/perception.md),"
              + " or ask without a scene graph"
              + " (--no-scene-graph)");
    }
    return Optional.empty();
  }

  private GraphPrompt graphPrompt(Conversation conversation) {
    int[] ids = assembler.promptText(conversation);
    return new GraphPrompt(ids, Arrays.stream(ids).mapToObj(tokenizer::decode).toList());
  }

  private void requireKnown(Prompt prompt) {
    int vocabulary = model.config().text().vocabSize();
    for (Prompt.Segment segment : prompt.segments()) {
      if (segment instanceof Prompt.Text text) {
        for (int id : text.ids()) {
          if (id >= vocabulary) {
            throw LlavaSgException.user(
                "the tokenizer gives the id %d, and the model's vocab_size is %d: they do not"
                    + " belong together",
                id, vocabulary);
          }
        }
      }
    }
  }

  Generator generator() {
    return new Generator(model.languageModel(), endTokens);
  }

  LlavaSgModel model() {
    return model;
  }

  PromptAssembler assembler() {
    return assembler;
  }

  Answer finish(
      Embedded prompt,
      Row row,
      AnswerText text,
      @Nullable Trace trace,
      long prefillNanos,
      long decodeNanos) {
    if (trace != null) {
      trace.record("first_logits", row.firstLogits());
    }
    return new Answer(
        text.finish(),
        row.ids(),
        prompt.length(),
        Optional.ofNullable(prompt.graph()),
        prompt.nodes(),
        row.firstLogits(),
        prompt.warnings(),
        Timings.ofNanos(prompt.visionNanos(), prompt.graphNanos(), prefillNanos, decodeNanos),
        Optional.ofNullable(trace));
  }

  /** The text of an answer in the making, handed on as it becomes certain. */
  final class AnswerText {
    private final Question question;
    private final TokenStream stream = tokenizer.stream();
    private final StringBuilder text = new StringBuilder();

    AnswerText(Question question) {
      this.question = question;
    }

    void push(int id) {
      hand(stream.push(id));
    }

    String finish() {
      hand(stream.finish());
      return text.toString();
    }

    private void hand(String piece) {
      if (!piece.isEmpty()) {
        text.append(piece);
        question.onText().accept(piece);
      }
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    loaded.close();
  }
}
