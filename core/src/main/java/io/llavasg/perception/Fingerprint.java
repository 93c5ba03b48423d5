package io.llavasg.perception;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * All that decides the pipeline's results, but for the photo: two pipelines of the same fingerprint
 * may share a cache.
 *
 * @param description a JSON object whose fields always stand in the same order
 */
public record Fingerprint(String description) {

  /** Rises when the pipeline itself comes to other results. */
  private static final int VERSION = 2;

  static Fingerprint of(PerceptionConfig config, String tagger, String detector, String segmenter) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", VERSION);
    json.put("max_entities", config.maxEntities());
    json.put("duplicate_iou", config.duplicateIou());
    json.put("box_threshold", config.boxThreshold());
    json.put("text_threshold", config.textThreshold());
    json.put("nms_iou", config.nmsIou());
    json.put("orientation", config.orientation().name());
    if (config.masks() != MaskGrid.PHOTO) {
      json.put("masks", config.masks().name());
    }
    if (config.tags().isPresent()) {
      ArrayNode tags = json.putArray("tags");
      config.tags().get().forEach(tags::add);
    } else {
      json.put("tagger", tagger);
    }
    json.put("detector", detector);
    json.put("segmenter", segmenter);
    return new Fingerprint(json.toString());
  }

  /** 16 hexadecimal digits that stand for the description. */
  public String digest() {
    return sha256(description.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
