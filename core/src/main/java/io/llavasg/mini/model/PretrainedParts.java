package io.llavasg.mini.model;

import io.llavasg.image.AspectRatio;
import io.llavasg.image.ClipImageProcessor;
import io.llavasg.image.RgbImage;
import io.llavasg.language.LlamaConfig;
import io.llavasg.mini.Ahead;
import io.llavasg.mini.PatchWhitening;
import io.llavasg.mini.Planes;
import io.llavasg.mini.PretrainingRun;
import io.llavasg.mini.model.CaptionedScenes.Captioned;
import io.llavasg.mini.model.MiniatureShape.Course;
import io.llavasg.mini.model.MiniatureShape.ReadingCourse;
import io.llavasg.mini.world.Chance;
import io.llavasg.mini.world.Scene;
import io.llavasg.mini.world.SceneGenerator;
import io.llavasg.mini.world.SceneRenderer;
import io.llavasg.mini.world.Split;
import io.llavasg.mini.world.language.Corpus;
import io.llavasg.tensor.Torch;
import io.llavasg.text.ConversationTemplate;
import io.llavasg.text.PromptAssembler;
import io.llavasg.text.Tokenizer;
import io.llavasg.text.TokenizerFiles;
import io.llavasg.train.Initialisation;
import io.llavasg.train.Muon;
import io.llavasg.train.NetworkTrainer;
import io.llavasg.train.TrainingListener;
import io.llavasg.train.TrainingSettings.Optimisation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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

  /** Of CLIP's layers, of either half; see docs/experiments.md. */
  private static final Muon MUON =
      new Muon(.02, .95, Pattern.compile("encoder\\.layers\\..*\\.weight$"));

  /** Pictures on which patches are whitened. */
  private static final int EXAMPLES = 400;

  private static final List<Regions.Detail> LOOKS =
      List.of(Regions.Detail.KIND, Regions.Detail.COLOUR, Regions.Detail.SIZE);

  /** Scenes to measure CLIP with. */
  private static final int HELD_OUT = 100;

  /** Slower than CLIP's: at .02 nothing is ever looked up; see docs/experiments.md. */
  private static final Muon LLAMA_MUON =
      new Muon(.005, .95, Pattern.compile("model\\.layers\\..*\\.weight$"));

  /** Rows to measure LLaMA with. */
  private static final int UNREAD_ROWS = 64;

  /** Questions for relations between names of each length, likewise. */
  private static final int RELATIONS = 300;

  /** The number of an exercise behind all that are trained on. */
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
      ClipImageProcessor processor = ClipImageProcessor.read(clip(), AspectRatio.PAD);
      int grid = clip.vision().imageSize() / clip.vision().patchSize();
      CaptionedScenes scenes = new CaptionedScenes(processor, words, course.length(), grid);
      SceneGenerator generator = new SceneGenerator(Split.TRAIN);
      Initialisation.Fill patches =
          PatchWhitening.of(
              examples(generator, processor), clip.vision().imageSize(), clip.vision().patchSize());
      try (Ahead<CaptionedScenes.Batch> ahead =
              new Ahead<>(
                  step -> batch(scenes, generator, (long) step * course.batch(), course.batch()));
          NetworkTrainer<ContrastiveModel> trainer =
              NetworkTrainer.of(
                  ContrastiveModel.initialisation(clip, patches),
                  settings(
                      course,
                      .98,
                      MUON,
                      "scenes, dense captions, phrases, places, contact, backgrounds"),
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

  /** Pictures that show what patches look like. */
  private float[] examples(SceneGenerator generator, ClipImageProcessor processor) {
    SceneRenderer renderer = new SceneRenderer();
    List<RgbImage> pictures =
        IntStream.range(0, EXAMPLES)
            .mapToObj(i -> Chance.of(seed).split("patches").split(i).next())
            .map(generator::scene)
            .map(renderer::render)
            .toList();
    return Planes.of(pictures, processor::apply).values();
  }

  /**
   * Scenes from a number on. That number says how much of each thing's looks is told, beside its
   * place and whether it lies against another.
   */
  private CaptionedScenes.Batch batch(
      CaptionedScenes scenes, SceneGenerator generator, long first, int size) {
    Regions.Detail looks = Chance.of(seed).split("detail").split(first).shuffled(LOOKS).getFirst();
    return scenes.batch(
        IntStream.range(0, size).mapToObj(i -> captioned(generator, first + i)).toList(),
        List.of(looks, Regions.Detail.PLACE, Regions.Detail.CONTACT));
  }

  /** How well it tells scenes apart that training has not seen. */
  private String retrieval(ContrastiveModel model, CaptionedScenes scenes) {
    SceneGenerator generator = new SceneGenerator(Split.TEST);
    List<Captioned> unseen =
        IntStream.range(0, HELD_OUT).mapToObj(i -> captioned(generator, -1L - i)).toList();
    ContrastiveModel.Retrieval right =
        model.retrieval(
            scenes.batch(
                unseen,
                List.of(Regions.Detail.COLOUR, Regions.Detail.PLACE, Regions.Detail.CONTACT)));
    return "CLIP: of %d held-out pictures, %.0f %% have their own caption as the nearest of all;"
            .formatted(HELD_OUT, 100 * right.pictures())
        + " of the things in them, %.0f %% their own colour and kind, %.0f %% their place, and"
            .formatted(100 * right.regions().get(0), 100 * right.regions().get(1))
        + " %.0f %% whether they lie against another; and %.0f %% of the backgrounds what they are like"
            .formatted(100 * right.regions().get(2), 100 * right.regions().get(3));
  }

  private Captioned captioned(SceneGenerator generator, long number) {
    Chance chance = Chance.of(seed).split("clip").split(number);
    Scene scene = generator.scene(chance.next());
    return new Captioned(scene, DenseCaption.of(scene, chance));
  }

  /** Pretrains LLaMA on exercises and the world's text, likewise. */
  boolean makeLlama(Consumer<Runnable> stop) {
    Torch.threads(THREADS);
    try (Tokenizer words = Tokenizer.load(tokenizer())) {
      ReadingCourse course = shape.llamaCourse();
      LlamaConfig config = shape.llama().withVocabSize(words.vocabularySize());
      PromptAssembler assembler = new PromptAssembler(words, ConversationTemplate.VICUNA_V1);
      Reading reading = new Reading(seed, words, assembler, course);
      try (Ahead<Rows> ahead = new Ahead<>(reading::step);
          NetworkTrainer<NextToken> trainer =
              NetworkTrainer.of(
                  NextToken.initialisation(),
                  settings(
                      course.learningRate(), .95, LLAMA_MUON, course.steps(), reading.content()),
                  parameters -> new NextToken(parameters, config))) {
        stop.accept(trainer::requestStop);
        AtomicLong labels = new AtomicLong();
        AtomicLong positions = new AtomicLong();
        boolean finished =
            new PretrainingRun(
                    llama(),
                    "LLaMA, on exercises and text",
                    labels::get,
                    positions::get,
                    listener,
                    notes)
                .of(
                    trainer,
                    course.steps(),
                    (model, step) -> {
                      Rows rows = ahead.of(step);
                      labels.set(rows.labels());
                      positions.set(rows.filled());
                      return model.loss(rows);
                    });
        if (finished) {
          PartDirectory.writeLlama(llama(), config, tokenizer(), trainer);
          notes.accept(measured(trainer.network(), reading));
        }
        return finished;
      }
    }
  }

  private static String measured(NextToken llama, Reading reading) {
    NextToken.Prediction read = llama.prediction(reading.conversations(UNREAD, UNREAD_ROWS));
    String relations =
        IntStream.rangeClosed(1, 3)
            .mapToObj(words -> llama.prediction(reading.relations(words, RELATIONS)).rows())
            .map(right -> "%.1f".formatted(100 * right))
            .collect(Collectors.joining(", "));
    return "LLaMA: a perplexity of %.3f on conversations that it has not read; %.1f %% of their"
            .formatted(read.perplexity(), 100 * read.answers())
        + " answers' tokens are the likeliest; of relations between things called by one, two"
        + " and three words it has right %s %%".formatted(relations);
  }

  private NetworkTrainer.Settings settings(Course course, double beta2, Muon muon, String data) {
    String read = "%s, %d x %d".formatted(data, course.batch(), course.length());
    return settings(course.learningRate(), beta2, muon, course.steps(), read);
  }

  private NetworkTrainer.Settings settings(
      double learningRate, double beta2, Muon muon, int steps, String data) {
    return new NetworkTrainer.Settings(
        new Optimisation(
            learningRate, Map.of(), WARMUP, 0, .9, beta2, 1e-8, CLIP_NORM, Optional.of(muon)),
        steps,
        seed,
        Map.of("data", data));
  }
}
