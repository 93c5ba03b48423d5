package io.llavasg.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.llavasg.LlavaSgException;
import io.llavasg.graph.Entities;
import io.llavasg.graph.EntitiesFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A sample's own {@code entities} field: what an entities file holds, its list alone, or the path
 * of one.
 *
 * @param root what paths are relative to
 */
public record FieldEntities(Path root) implements EntitiesSource {

  @Override
  public Optional<Entities> find(Sample sample, Path image) {
    return sample.entities().map(field -> read(sample, field));
  }

  private Entities read(Sample sample, JsonNode field) {
    if (field.isTextual()) {
      return EntitiesFile.read(root.resolve(field.textValue()));
    }
    if (field.isObject()) {
      return EntitiesFile.parse("\"entities\"", field);
    }
    if (field.isArray()) {
      return EntitiesFile.parse(
          "\"entities\"", JsonNodeFactory.instance.objectNode().set("entities", field));
    }
    throw LlavaSgException.user(
        "%s: \"entities\" has to be an object, a list or a path", sample.name());
  }
}
