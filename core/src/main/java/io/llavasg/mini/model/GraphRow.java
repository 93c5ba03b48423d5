package io.llavasg.mini.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import io.llavasg.checkpoint.NewDirectory;
import io.llavasg.model.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/** A row of Table II that has graph tokens: which parts of the module are switched on. */
public enum GraphRow {
  /** Pooled features alone. */
  SG,
  /** With message passing. */
  SG_MP,
  /** With prompt activation. */
  SG_PROMPT,
  /** With both. */
  SG_MP_PROMPT;

  boolean hasMessagePassing() {
    return this == SG_MP || this == SG_MP_PROMPT;
  }

  boolean hasPromptAttention() {
    return this == SG_PROMPT || this == SG_MP_PROMPT;
  }

  /**
   * Writes this row's model: a copy of one that has both parts, with its switches set in
   * config.json. Weights of a part that is off stay where they are, and nobody reads them; so all
   * that two rows share begins alike. A directory that holds this row of a like model is kept.
   *
   * @param model a LLaVA-SG's directory
   * @throws LlavaSgException user, if the model is no LLaVA-SG, or something else is in the row's
   *     place
   */
  public void write(Path model, Path row) {
    ObjectNode config = ModelFiles.manifest(model).node().deepCopy();
    if (!(config.path("scene_graph_config") instanceof ObjectNode graph)) {
      throw LlavaSgException.user("'%s' has no scene graph to switch parts off", model);
    }
    graph.put("message_passing", hasMessagePassing());
    graph.put("prompt_attention", hasPromptAttention());
    if (Files.exists(row)) {
      if (!PartDirectory.isComplete(row) || !ModelFiles.manifest(row).node().equals(config)) {
        throw LlavaSgException.user("'%s' exists: remove it, or name another folder", row);
      }
      return;
    }
    try (NewDirectory fresh = new NewDirectory(row)) {
      PartDirectory.copyFiles(model, fresh.path());
      PartDirectory.write(fresh.path().resolve(PartDirectory.MANIFEST), config);
      fresh.publish();
    }
  }
}
