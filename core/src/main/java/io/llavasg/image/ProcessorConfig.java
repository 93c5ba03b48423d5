package io.llavasg.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image processor's JSON. Sizes come in three notations: {"shortest_edge": n}, {"height": h,
 * "width": w}, and, in old files, a bare n, which means the shortest edge of {@code size} and both
 * sides of {@code crop_size}.
 *
 * @param name of the file, for errors
 */
record ProcessorConfig(JsonNode json, String name) {

  private static final int DEFAULT_SIZE = 224;

  /** Whether {@link #read} finds one. */
  static boolean isIn(Path directory) {
    Path nested = directory.resolve("processor_config.json");
    return Files.exists(directory.resolve("preprocessor_config.json"))
        || (Files.exists(nested) && parse(nested).path("image_processor").isObject());
  }

  static ProcessorConfig read(Path directory) {
    Path nested = directory.resolve("processor_config.json");
    if (Files.exists(nested)) {
      JsonNode processor = parse(nested).path("image_processor");
      if (processor.isObject()) {
        return new ProcessorConfig(processor, nested.toString());
      }
    }
    Path flat = directory.resolve("preprocessor_config.json");
    if (!Files.exists(flat)) {
      throw LlavaSgException.user(
          "%s has neither a preprocessor_config.json nor a processor_config.json with an"
              + " image_processor; a model directory needs one",
          directory);
    }
    return new ProcessorConfig(parse(flat), flat.toString());
  }

  private static JsonNode parse(Path file) {
    try {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      if (!json.isObject()) {
        throw LlavaSgException.user("%s holds no JSON object", file);
      }
      return json;
    } catch (JsonProcessingException e) {
      throw LlavaSgException.user(e, "%s is not JSON: %s", file, e.getOriginalMessage());
    } catch (IOException e) {
      throw LlavaSgException.user(e, "%s cannot be read: %s", file, String.valueOf(e.getMessage()));
    }
  }

  /** A field, missing also where it is null. */
  private JsonNode field(String key) {
    JsonNode value = json.path(key);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  void requireTrue(String key) {
    if (!field(key).asBoolean(true)) {
      throw LlavaSgException.user("%s: %s = false is not supported", name, key);
    }
  }

  ResizeRule resize() {
    JsonNode size = field("size");
    if (size.isMissingNode()) {
      return new ResizeRule.ShortestEdge(DEFAULT_SIZE);
    }
    if (size.isInt()) {
      return new ResizeRule.ShortestEdge(positive(size, "size"));
    }
    if (size.has("shortest_edge") && !size.has("longest_edge")) {
      return new ResizeRule.ShortestEdge(positive(size.path("shortest_edge"), "size"));
    }
    return new ResizeRule.Exact(heightAndWidth(size, "size"));
  }

  /**
   * The rule of DETR and its kin: {"shortest_edge": n, "longest_edge": m}, or in old files a bare n
   * with {@code max_size}; or {"height": h, "width": w}.
   */
  ResizeRule resizeWithin(ResizeRule.ShortestEdgeWithin absent) {
    JsonNode size = field("size");
    if (size.isMissingNode()) {
      return absent;
    }
    JsonNode shortest = size.isInt() ? size : size.path("shortest_edge");
    if (shortest.isMissingNode()) {
      return new ResizeRule.Exact(heightAndWidth(size, "size"));
    }
    JsonNode longest = size.isInt() ? field("max_size") : size.path("longest_edge");
    return new ResizeRule.ShortestEdgeWithin(
        positive(shortest, "size"),
        longest.isMissingNode() ? absent.longest() : positive(longest, "size"),
        absent.rounding());
  }

  /**
   * Refuses another square than the network's: {@code size} is {"longest_edge": n}, {@code
   * pad_size} {"height": n, "width": n}, both of them perhaps missing.
   */
  void requireSquare(int edge) {
    JsonNode size = field("size");
    JsonNode padded = field("pad_size");
    boolean same = size.isMissingNode() || size.path("longest_edge").asInt() == edge;
    boolean filled =
        padded.isMissingNode() || heightAndWidth(padded, "pad_size").equals(new Size(edge, edge));
    if (!same || !filled) {
      throw LlavaSgException.user(
          "%s: %s is %s, but the image_size of config.json is %d",
          name, same ? "pad_size" : "size", same ? padded : size, edge);
    }
  }

  Size crop() {
    JsonNode crop = field("crop_size");
    if (crop.isMissingNode()) {
      return new Size(DEFAULT_SIZE, DEFAULT_SIZE);
    }
    if (crop.isInt()) {
      return new Size(positive(crop, "crop_size"), positive(crop, "crop_size"));
    }
    return heightAndWidth(crop, "crop_size");
  }

  private Size heightAndWidth(JsonNode size, String key) {
    return new Size(positive(size.path("width"), key), positive(size.path("height"), key));
  }

  private int positive(JsonNode value, String key) {
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > 1 << 14) {
      throw LlavaSgException.user(
          "%s: %s is %s; it must be a number of pixels, {\"shortest_edge\": n} or {\"height\": h,"
              + " \"width\": w}",
          name, key, field(key));
    }
    return value.intValue();
  }

  Filter filter() {
    return filter(Filter.BICUBIC);
  }

  Filter filter(Filter absent) {
    if (field("resample").isMissingNode()) {
      return absent;
    }
    int resample = field("resample").asInt();
    if (resample == 3) {
      return Filter.BICUBIC;
    }
    if (resample == 2) {
      return Filter.BILINEAR;
    }
    throw LlavaSgException.user(
        "%s: resample = %d is not supported; 2 is bilinear and 3 bicubic", name, resample);
  }

  Normalize normalize() {
    return normalize(new Normalize(PerChannel.CLIP_MEAN, PerChannel.CLIP_STD));
  }

  Normalize normalize(Normalize absent) {
    return new Normalize(
        field("rescale_factor").asDouble(absent.scale()),
        channels("image_mean", absent.mean()),
        channels("image_std", absent.std()));
  }

  private PerChannel channels(String key, PerChannel absent) {
    JsonNode value = field(key);
    if (value.isMissingNode()) {
      return absent;
    }
    boolean numbers = value.isArray() && value.size() == 3;
    for (JsonNode channel : value) {
      boolean divisor = key.equals("image_std");
      numbers &= channel.isNumber() && !(divisor && channel.doubleValue() == 0);
    }
    if (!numbers) {
      throw LlavaSgException.user(
          "%s: %s is %s; it must be three numbers, a deviation none of them 0", name, key, value);
    }
    return new PerChannel(
        value.path(0).doubleValue(), value.path(1).doubleValue(), value.path(2).doubleValue());
  }
}
