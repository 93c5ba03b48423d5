package io.llavasg.mini.model;

import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.language.LlamaConfig;
import io.llavasg.mini.Ahead;
import io.llavasg.mini.PretrainingRun;
import io.llavasg.mini.model.CaptionedScenes.Captioned;
import io.llavasg.mini.model.MiniatureShape.Course;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.language.Corpus;
import io.llavasg.tensor.Torch;
import io.llavasg.text.Conversation;
import io.llavasg.text.Conversation.ImageInput;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.Prompt;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Tokenizer;
import io.llavasg.text.TokenizerFiles;
import io.llavasg.train.NetworkTrainer;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes the parts that LLaVA-SG is composed of, each in a folder of its own: {@code tokenizer},
 * {@code clip} and {@code llama}.
 *
 * @param out the folder of all
 * @param seed of initial values, scenes and texts
 * @param listener hears of each step
 * @param notes is told what a user should know, a line each
 */
record PretrainedParts(
    MiniatureShape shape, Path out, long seed, TrainingListener listener, Consumer<String> notes) {
  private static final double WARMUP = .05;

  /** Scenes to measure CLIP with. */
  private static final int HELD_OUT = 100;

  /** The number of a row of text behind all that are trained on. */
  private static final long UNREAD = 1L << 40;

  /**
   * Of one operation. Sums depend on how they are divided, to the last bit, and so would weights on
   * how many cores a machine has; the second core makes the next steps' data, or trains another
   * part.
   */
  private static final int THREADS = 1;

  /** Below 1 as for every training of transformers on their own; Adam's moments as LLaMA's. */
  private static final double CLIP_NORM = 1;

  Path tokenizer() {
    return out.resolve("tokenizer");
  }

  Path clip() {
    return out.resolve("clip");
  }

  Path llama() {
    return out.resolve("llama");
  }

  /** Learns the tokenizer of the corpus, as models are asked about it. */
  void makeTokenizer() {
    BytePairTraining training = new BytePairTraining();
    Corpus corpus = new Corpus(seed);
    for (int i = 0; i < shape.texts(); i++) {
      training.accept(PromptAssembler.PREAMBLE + corpus.text(i));
    }
    PartDirectory.create(tokenizer());
    TokenizerFiles.write(
        training.model(shape.vocabulary()).toTokenizerJson(), tokenizer(), tokenizer());
  }

  /**
   * Pretrains CLIP by contrast of pictures and captions; both are made as they are needed.
   *
   * @param stop is given what ends it after the step that is being done
   * @return whether it is finished
   */
  boolean makeClip(Consumer<Runnable> stop) {
    Torch.threads(THREADS);
    try (Tokenizer words = Tokenizer.load(tokenizer())) {
      Course course = shape.clipCourse();
      ClipShape clip = shape.clip().withVocabSize(words.vocabularySize());
      PartDirectory.writeProcessor(clip(), clip.vision());
      CaptionedScenes scenes =
          new CaptionedScenes(
              ClipImageProcessor.read(clip(), AspectRatio.PAD), words, course.length());
      SceneGenerator generator = new SceneGenerator(Split.TRAIN);
      try (Ahead<CaptionedScenes.Batch> ahead =
              new Ahead<>(
                  step ->
                      scenes.batch(
                          course.batch(),
                          i -> captioned(generator, (long) step * course.batch() + i)));
          NetworkTrainer<ContrastiveModel> trainer =
              NetworkTrainer.of(
                  ContrastiveModel.initialisation(clip),
                  settings(course, .98, "scenes and dense captions"),
                  parameters -> new ContrastiveModel(parameters, clip))) {
        stop.accept(trainer::requestStop);
        long positions = course.batch() * (clip.vision().patches() + 1L);
        boolean finished =
            new PretrainingRun(
                    clip(), "CLIP, by contrast", course.batch(), positions, listener, notes)
                .of(trainer, course.steps(), (model, step) -> model.loss(ahead.of(step)));
        if (finished) {
          PartDirectory.writeClip(clip(), clip, trainer);
          notes.accept(retrieval(trainer.network(), scenes));
        }
        return finished;
      }
    }
  }

  /** How well it tells scenes apart that training has not seen. */
  private String retrieval(ContrastiveModel model, CaptionedScenes scenes) {
    SceneGenerator generator = new SceneGenerator(Split.TEST);
    CaptionedScenes.Batch batch = scenes.batch(HELD_OUT, i -> captioned(generator, -1L - i));
    return "CLIP: of %d held-out pictures, %.0f %% have their own caption as the nearest of all"
        .formatted(HELD_OUT, 100 * model.retrieval(batch));
  }

  private Captioned captioned(SceneGenerator generator, long number) {
    Chance chance = Chance.of(seed).split("clip").split(number);
    Scene scene = generator.scene(chance.next());
    return new Captioned(scene, DenseCaption.of(scene, chance));
  }

  /** Pretrains LLaMA on the world's text, likewise. */
  boolean makeLlama(Consumer<Runnable> stop) {
    Torch.threads(THREADS);
    try (Tokenizer words = Tokenizer.load(tokenizer())) {
      Course course = shape.llamaCourse();
      LlamaConfig config = shape.llama().withVocabSize(words.vocabularySize());
      PromptAssembler assembler = new PromptAssembler(words, ConversationTemplate.VICUNA_V1);
      Corpus corpus = new Corpus(seed);
      PackedText rows =
          new PackedText(number -> document(corpus, words, assembler, number), course.length());
      try (Ahead<long[]> ahead =
              new Ahead<>(step -> rows.rows((long) step * course.batch(), course.batch()));
          NetworkTrainer<NextToken> trainer =
              NetworkTrainer.of(
                  NextToken.initialisation(),
                  settings(course, .95, "corpus"),
                  parameters -> new NextToken(parameters, config))) {
        stop.accept(trainer::requestStop);
        long tokens = (long) course.batch() * course.length();
        boolean finished =
            new PretrainingRun(
                    llama(), "LLaMA, on text", tokens - course.batch(), tokens, listener, notes)
                .of(
                    trainer,
                    course.steps(),
                    (model, step) -> model.loss(ahead.of(step), course.batch()));
        if (finished) {
          PartDirectory.writeLlama(llama(), config, tokenizer(), trainer);
          long[] unread = rows.rows(UNREAD, course.batch());
          notes.accept(
              "LLaMA: a perplexity of %.3f on texts that it has not read"
                  .formatted(trainer.network().perplexity(unread, course.batch())));
        }
        return finished;
      }
    }
  }

  /** Of eight documents one is a plain text, the others are conversations in LLaVA's template. */
  private static int[] document(
      Corpus corpus, Tokenizer words, PromptAssembler assembler, long number) {
    if (number % 8 == 0) {
      int[] text = words.encode(corpus.text(number));
      int[] ids = new int[text.length + 2];
      ids[0] = words.bos();
      System.arraycopy(text, 0, ids, 1, text.length);
      ids[text.length + 1] = words.eos();
      return ids;
    }
    Prompt prompt =
        assembler.assemble(new Conversation(corpus.conversation(number), ImageInput.NONE));
    return prompt.segments().stream()
        .map(Prompt.Text.class::cast)
        .map(Prompt.Text::ids)
        .reduce(new int[0], PretrainedParts::joined);
  }

  private static int[] joined(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private NetworkTrainer.Settings settings(Course course, double beta2, String data) {
    return new NetworkTrainer.Settings(
        new Optimisation(course.learningRate(), Map.of(), WARMUP, 0, .9, beta2, 1e-8, CLIP_NORM),
        course.steps(),
        seed,
        Map.of("data", "%s, %d x %d".formatted(data, course.batch(), course.length())));
  }
}
