package io.llavasg.checkpoint;

import static io.llavasg.checkpoint.SafetensorsHeader.broken;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.errorprone.annotations.FormatMethod;
import io.llavasg.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parser of a safetensors header's JSON, as a stream; what it can check without the file, it does.
 */
final class SafetensorsJson {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int HIGHEST_RANK = 64;

  private final Path file;
  private final JsonParser json;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private boolean metadataSeen;

  private SafetensorsJson(Path file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  static SafetensorsJson parse(byte[] header, Path file) throws IOException {
    try (JsonParser json = JSON.createParser(header)) {
      SafetensorsJson parsed = new SafetensorsJson(file, json);
      parsed.readAll();
      return parsed;
    }
  }

  Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  Map<String, Long> offsets() {
    return Collections.unmodifiableMap(offsets);
  }

  Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  private void readAll() throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw broken(file, "its header is not a JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (name.equals("__metadata__")) {
        readMetadata();
      } else {
        readTensor(name);
      }
    }
    if (json.nextToken() != null) {
      throw broken(file, "its header goes on after the JSON object");
    }
  }

  private void readMetadata() throws IOException {
    if (metadataSeen) {
      throw broken(file, "__metadata__ is there twice");
    }
    metadataSeen = true;
    expect(JsonToken.START_OBJECT, "__metadata__ must be an object of strings");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      expect(JsonToken.VALUE_STRING, "__metadata__ must be an object of strings");
      if (metadata.put(key, json.getText()) != null) {
        throw broken(file, "key %s is twice in __metadata__", Quoted.of(key));
      }
    }
  }

  private void readTensor(String name) throws IOException {
    Quoted label = Quoted.of(name);
    expect(JsonToken.START_OBJECT, "tensor %s is not described by an object", label);
    Optional<String> dtype = Optional.empty();
    Optional<List<Long>> shape = Optional.empty();
    Optional<List<Long>> range = Optional.empty();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      boolean again = false;
      if (field.equals("dtype")) {
        again = dtype.isPresent();
        expect(JsonToken.VALUE_STRING, "tensor %s has a dtype that is no string", label);
        dtype = Optional.of(json.getText());
      } else if (field.equals("shape")) {
        again = shape.isPresent();
        shape = Optional.of(integers(label, field));
      } else if (field.equals("data_offsets")) {
        again = range.isPresent();
        range = Optional.of(integers(label, field));
      } else {
        json.nextToken();
        json.skipChildren();
      }
      if (again) {
        throw broken(file, "tensor %s has its %s twice", label, field);
      }
    }
    if (dtype.isEmpty() || shape.isEmpty() || range.isEmpty()) {
      throw broken(file, "tensor %s lacks its dtype, shape or data_offsets", label);
    }
    add(name, dtype(dtype.get(), label), shape.get(), range.get());
  }

  private void add(String name, DType dtype, List<Long> shape, List<Long> range) {
    Quoted label = Quoted.of(name);
    if (range.size() != 2 || range.get(0) < 0 || range.get(1) < range.get(0)) {
      throw broken(file, "tensor %s has data_offsets %s", label, range);
    }
    TensorInfo info;
    try {
      info = new TensorInfo(name, dtype, shape);
    } catch (ArithmeticException e) {
      throw broken(file, "tensor %s has the impossible shape %s", label, shape);
    }
    long stored = range.get(1) - range.get(0);
    if (stored != info.byteSize()) {
      throw broken(
          file,
          "tensor %s of shape %s in %s needs %d bytes and its data_offsets hold %d",
          label,
          shape,
          dtype,
          info.byteSize(),
          stored);
    }
    if (tensors.put(name, info) != null) {
      throw broken(file, "tensor %s is there twice", label);
    }
    offsets.put(name, range.get(0));
  }

  private DType dtype(String name, Quoted label) {
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(name)) {
        return dtype;
      }
    }
    throw broken(
        file,
        "tensor %s has the dtype %s, which is not supported; supported are %s",
        label,
        Quoted.of(name),
        Arrays.toString(DType.values()));
  }

  private List<Long> integers(Quoted label, String field) throws IOException {
    expect(JsonToken.START_ARRAY, "tensor %s has a %s that is no array", label, field);
    List<Long> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || values.size() == HIGHEST_RANK) {
        throw broken(file, "tensor %s has a %s that is no list of integers", label, field);
      }
      values.add(json.getLongValue());
    }
    return values;
  }

  @FormatMethod
  private void expect(JsonToken token, String otherwise, Object... arguments) throws IOException {
    if (json.nextToken() != token) {
      throw broken(file, otherwise, arguments);
    }
  }
}
