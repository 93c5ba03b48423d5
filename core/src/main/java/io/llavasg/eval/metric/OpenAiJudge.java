package io.llavasg.eval.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A language model behind an OpenAI-compatible chat endpoint as judge. What it says is read by
 * {@link ChoiceMatcher#match}. It is asked again where it says nothing that can be read, or the
 * endpoint is busy or out of order, after a pause that doubles; an answer that it can't place is no
 * choice (lmms-eval draws an option by lot there).
 */
public final class OpenAiJudge implements ChoiceJudge {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int TOKENS = 256;
  private static final int BUSY = 429;
  private static final int SERVER_ERRORS = 500;
  private static final int OK = 200;

  private final Settings settings;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  /**
   * Whom to ask.
   *
   * @param endpoint such as http://localhost:8000/v1/chat/completions
   * @param model its name there
   * @param key sent as the bearer token
   * @param attempts how often a question is put at most
   * @param pause before the second attempt
   */
  public record Settings(
      URI endpoint, String model, Optional<String> key, int attempts, Duration pause) {
    public Settings {
      if (attempts < 1) {
        throw LlavaSgException.user(
            "a judge has to be asked once at least, not %d times", attempts);
      }
    }
  }

  public OpenAiJudge(Settings settings) {
    this.settings = settings;
  }

  /**
   * @throws LlavaSgException user, if the endpoint refuses the request (a wrong key, an unknown
   *     model); resources, if it could not be reached in any attempt
   */
  @Override
  public Optional<String> choose(
      String question, SequencedMap<String, String> options, String answer) {
    HttpRequest request = request(prompt(question, options, answer));
    Duration pause = settings.pause();
    Optional<String> failure = Optional.empty();
    for (int attempt = 0; attempt < settings.attempts(); attempt++) {
      if (attempt > 0) {
        sleep(pause);
        pause = pause.multipliedBy(2);
      }
      try {
        HttpResponse<String> response =
            client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        failure = failure(response);
        if (failure.isEmpty()) {
          Optional<String> letter = ChoiceMatcher.match(content(response.body()), options);
          if (letter.isPresent()) {
            return letter.filter(options::containsKey);
          }
        }
      } catch (IOException e) {
        failure = Optional.of(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw LlavaSgException.user(e, "waiting for the judge was interrupted");
      }
    }
    failure.ifPresent(this::giveUp);
    return Optional.empty();
  }

  private void giveUp(String failure) {
    throw LlavaSgException.resources(
        "the judge at %s could not be asked in %d attempts: %s; try later, or score without a judge",
        settings.endpoint(), settings.attempts(), failure);
  }

  /** What is wrong with the response, where asking again may help. */
  private Optional<String> failure(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status == OK) {
      return Optional.empty();
    }
    String body = response.body().strip().replaceAll("\\s+", " ");
    String told = "HTTP %d: %s".formatted(status, body.substring(0, Math.min(200, body.length())));
    if (status == BUSY || status >= SERVER_ERRORS) {
      return Optional.of(told);
    }
    throw LlavaSgException.user(
        "the judge at %s refuses the request with %s", settings.endpoint(), told);
  }

  private HttpRequest request(String prompt) {
    ObjectNode body = JSON.createObjectNode();
    body.put("model", settings.model());
    body.putArray("messages").addObject().put("role", "user").put("content", prompt);
    body.put("temperature", 0).put("max_tokens", TOKENS);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(settings.endpoint())
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    settings.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request.build();
  }

  private static String content(String body) {
    try {
      JsonNode content = JSON.readTree(body).at("/choices/0/message/content");
      return content.asText("").strip();
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  private static String prompt(
      String question, SequencedMap<String, String> options, String answer) {
    return """
        Somebody answered a multiple-choice question in free words. Tell which option the answer \
        means: reply with that option's letter alone. If it means none of them, reply with E.

        Question: What is on the table?
        Options: A. a teddy bear B. a rabbit C. a cat D. a dog
        Answer: it is a cute toy bear
        Letter: A

        Question: What is on the table?
        Options: A. a teddy bear B. a rabbit C. a cat D. a dog
        Answer: a spider
        Letter: E

        Question: %s
        Options: %s
        Answer: %s
        Letter:"""
        .formatted(question, line(options), answer);
  }

  private static String line(Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + ". " + option.getValue())
        .collect(Collectors.joining(" "));
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LlavaSgException.user(e, "waiting for the judge was interrupted");
    }
  }
}
