package io.llavasg.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Answers and captions to be scored, made up: ten annotators a question, five references a caption,
 * words as often as in a language (the n-th commonest 1/n times as often), and what normalisation
 * has to do with: articles, number words, contractions, punctuation.
 */
final class ScoringData {
  private static final int VOCABULARY = 8000;
  private static final int TOPICS = 12;
  private static final int ANNOTATORS = 10;
  private static final int REFERENCES = 5;
  private static final List<String> SYLLABLES =
      List.of(
          "ba", "co", "dri", "el", "fa", "gu", "hen", "il", "ka", "lo", "mer", "ni", "po", "ra");
  private static final List<String> FUNCTION_WORDS =
      List.of("a", "a", "the", "on", "in", "of", "with", "and", "is", "man's", "isn't", "t-shirt");
  private static final List<String> ENDS = List.of(".", ".", "", " .", ", too.", "!");

  private final Random random = new Random(3);

  /** Writes a file of so many answers and captions. */
  static void write(Path file, int answers, int captions) throws IOException {
    ScoringData data = new ScoringData();
    ObjectNode json = Json.object();
    ArrayNode questions = json.putArray("vqa");
    for (int i = 0; i < answers; i++) {
      questions.add(data.question(i));
    }
    ArrayNode images = json.putArray("captions");
    for (int i = 0; i < captions; i++) {
      images.add(data.image(i));
    }
    Files.writeString(file, json.toString());
  }

  private ObjectNode question(int id) {
    List<String> likely = List.of(answer(), answer(), answer());
    ObjectNode question = Json.object().put("question_id", id);
    question.put("answer", likely.get(random.nextInt(likely.size())));
    ArrayNode annotators = question.putArray("answers");
    for (int i = 0; i < ANNOTATORS; i++) {
      annotators.add(random.nextInt(4) > 0 ? likely.get(0) : likely.get(random.nextInt(3)));
    }
    return question;
  }

  private String answer() {
    return switch (random.nextInt(8)) {
      case 0 -> "Yes";
      case 1 -> "no.";
      case 2 -> "two";
      case 3 -> "the " + word();
      case 4 -> word() + ", " + word();
      case 5 -> "dont " + word() + "-" + word();
      default -> word();
    };
  }

  private ObjectNode image(int id) {
    List<String> topics = new ArrayList<>();
    for (int i = 0; i < TOPICS; i++) {
      topics.add(word());
    }
    ObjectNode image = Json.object().put("image_id", id).put("caption", caption(topics));
    ArrayNode references = image.putArray("references");
    for (int i = 0; i < REFERENCES; i++) {
      references.add(caption(topics));
    }
    return image;
  }

  /** Seven to fourteen words, about as long as COCO's. */
  private String caption(List<String> topics) {
    StringBuilder caption = new StringBuilder("A");
    int words = 6 + random.nextInt(8);
    for (int i = 0; i < words; i++) {
      List<String> from = random.nextBoolean() ? topics : FUNCTION_WORDS;
      caption.append(' ').append(from.get(random.nextInt(from.size())));
    }
    return caption.append(ENDS.get(random.nextInt(ENDS.size()))).toString();
  }

  /** A word whose rank is log-uniform. */
  private String word() {
    int rank = (int) Math.pow(VOCABULARY, random.nextDouble());
    StringBuilder word = new StringBuilder();
    for (int rest = rank; rest > 0; rest /= SYLLABLES.size()) {
      word.append(SYLLABLES.get(rest % SYLLABLES.size()));
    }
    return word.toString();
  }
}
