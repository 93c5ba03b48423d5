package io.llavasg.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The files that reference/checkpoint/make_fixtures.py writes, and their expected values. */
final class Fixtures {

  private Fixtures() {}

  static Path path(String name) {
    try {
      return Path.of(Fixtures.class.getResource("/checkpoint/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(path(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks names, order, dtypes, shapes and every byte against the reference's. */
  static void assertAsExpected(Map<String, StoredTensor> tensors, String fixture) {
    JsonNode expected = json("expected.json").get(fixture);
    List<String> names = new ArrayList<>();
    expected.fieldNames().forEachRemaining(names::add);
    assertThat(tensors.keySet()).isNotEmpty().containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      StoredTensor tensor = at(tensors, name);
      JsonNode values = expected.get(name);
      List<Long> shape = new ArrayList<>();
      values.get("shape").forEach(size -> shape.add(size.asLong()));
      assertThat(tensor.name()).isEqualTo(name);
      assertThat(tensor.dtype().name()).as(name).isEqualTo(values.get("dtype").asText());
      assertThat(tensor.shape()).as(name).isEqualTo(shape);
      assertThat(hex(tensor)).as(name).isEqualTo(values.get("hex").asText());
    }
  }

  static <V> V at(Map<?, V> map, Object key) {
    return Objects.requireNonNull(map.get(key), () -> "nothing at " + key);
  }

  static String hex(StoredTensor tensor) {
    return HexFormat.of().formatHex(tensor.data().toArray(ValueLayout.JAVA_BYTE));
  }

  /** Checks that {@code call} fails by the user's fault, in one line with all of {@code parts}. */
  static void assertUserError(ThrowingCallable call, String... parts) {
    Assertions.assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LlavaSgException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(LlavaSgException.Fault.USER);
              assertThat(e.getMessage()).contains(parts).doesNotContain("\n", "\r");
            });
  }
}
