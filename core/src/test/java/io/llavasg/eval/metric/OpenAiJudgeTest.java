package io.llavasg.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge beside a little server that speaks the protocol. */
class OpenAiJudgeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANSWER = "a big animal with a mane that people ride";

  private record Reply(int status, String body) {
    static Reply saying(String content) {
      var body = JSON.createObjectNode();
      body.putArray("choices").addObject().putObject("message").put("content", content);
      return new Reply(200, body.toString());
    }
  }

  private final Deque<Reply> replies = new ArrayDeque<>();
  private final List<JsonNode> requests = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private HttpServer server;
  private OpenAiJudge judge;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
    URI endpoint =
        URI.create(
            "http://localhost:%d/v1/chat/completions".formatted(server.getAddress().getPort()));
    judge =
        new OpenAiJudge(
            new OpenAiJudge.Settings(
                endpoint, "judge-1", Optional.of("secret"), 3, Duration.ofMillis(1)));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(JSON.readTree(exchange.getRequestBody()));
    keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
    Reply reply = replies.isEmpty() ? new Reply(500, "no more replies") : replies.removeFirst();
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static SequencedMap<String, String> options() {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("A", "dog");
    options.put("B", "pferd — 馬");
    return options;
  }

  private Optional<String> choose() {
    return judge.choose("What is it?", options(), ANSWER);
  }

  @Test
  void asksInTheProtocolAndReadsTheLetter() {
    replies.add(Reply.saying("B"));
    assertThat(choose()).contains("B");
    JsonNode request = requests.get(0);
    assertThat(request.path("model").textValue()).isEqualTo("judge-1");
    assertThat(request.path("temperature").intValue()).isZero();
    assertThat(request.at("/messages/0/role").textValue()).isEqualTo("user");
    assertThat(request.at("/messages/0/content").textValue())
        .contains("What is it?", "A. dog B. pferd — 馬", ANSWER);
    assertThat(keys).containsExactly("Bearer secret");
  }

  @Test
  void readsAnAnswerInWords() {
    replies.add(Reply.saying("The letter is B."));
    assertThat(choose()).contains("B");
  }

  @Test
  void noneOfTheOptionsIsNoChoice() {
    replies.add(Reply.saying("E"));
    assertThat(choose()).isEmpty();
    assertThat(requests).hasSize(1);
  }

  @Test
  void asksAgainWhereTheEndpointIsBusyOrUnclear() {
    replies.add(new Reply(429, "slow down"));
    replies.add(Reply.saying("who knows"));
    replies.add(Reply.saying("A"));
    assertThat(choose()).contains("A");
    assertThat(requests).hasSize(3);
  }

  @Test
  void unclearToTheEndIsNoChoice() {
    replies.addAll(
        List.of(Reply.saying("hm"), new Reply(200, "{\"choices\": ["), Reply.saying("")));
    assertThat(choose()).isEmpty();
    assertThat(requests).hasSize(3);
  }

  @Test
  void refusalIsNotRepeated() {
    replies.add(new Reply(401, "{\"error\":\n \"wrong key\"}"));
    assertThatThrownBy(this::choose)
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("HTTP 401")
        .hasMessageContaining("wrong key")
        .hasMessageNotContaining("secret");
    assertThat(requests).hasSize(1);
  }

  @Test
  void brokenServerIsTold() {
    assertThatThrownBy(this::choose)
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("in 3 attempts")
        .hasMessageContaining("no more replies")
        .extracting(error -> ((LlavaSgException) error).fault())
        .isEqualTo(LlavaSgException.Fault.RESOURCES);
    assertThat(requests).hasSize(3);
  }

  @Test
  void absentServerIsTold() {
    server.stop(0);
    assertThatThrownBy(this::choose)
        .isInstanceOf(LlavaSgException.class)
        .hasMessageContaining("could not be asked in 3 attempts");
  }
}
