package io.llavasg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.checkpoint.Precision;
import io.llavasg.model.LoadedModel;
import io.llavasg.model.ModelFiles;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Torch;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The language model of a directory by us, in this process, and by transformers, in processes of
 * its own, in turn.
 *
 * @param device of both
 * @param prompt positions of the prompt
 * @param steps tokens after it
 * @param rounds how often each side has its turn
 * @param warmUp how often each runs unmeasured before each turn
 */
record Comparison(Path model, Device device, int prompt, int steps, int rounds, int warmUp) {

  /** Runs all rounds; the times of both and their ratios. */
  ObjectNode run(Peer peer) {
    peer.threads().ifPresent(Torch::threads);
    Samples prefill = new Samples();
    Samples step = new Samples();
    Samples peerPrefill = new Samples();
    Samples peerStep = new Samples();
    ObjectNode result = Json.object();
    ModelFiles files = ModelFiles.read(model, Optional.empty());
    try (LoadedModel loaded = LoadedModel.load(files, Precision.AUTO, device)) {
      var decoder = loaded.model().languageModel();
      result.put("dtype", decoder.embedding().weight().dtype().name());
      result.put("threads", Torch.threads());
      result.put("device", device.toString());
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < warmUp; i++) {
          DecoderRun.of(decoder, prompt, steps);
        }
        DecoderRun ours = DecoderRun.of(decoder, prompt, steps);
        prefill.add(ours.prefillMillis());
        step.addAll(ours.stepMillis());
        JsonNode theirs = peerTurn(peer);
        peerPrefill.add(theirs.path("prefill_ms").asDouble());
        peerStep.add(theirs.path("decode_ms_per_token").asDouble());
        result.set("versions", theirs.path("versions"));
        result.put("peer_dtype", theirs.path("dtype").asText());
      }
    }
    result.put("prompt", prompt);
    result.set("prefill_ms", prefill.json());
    result.set("decode_ms_per_token", step.json());
    result.set("peer_prefill_ms", peerPrefill.json());
    result.set("peer_decode_ms_per_token", peerStep.json());
    result.put("prefill_ratio", Samples.round(prefill.median() / peerPrefill.median()));
    return result.put("decode_ratio", Samples.round(step.median() / peerStep.median()));
  }

  private JsonNode peerTurn(Peer peer) {
    return peer.json(
        "layers.py",
        "--model",
        model.toAbsolutePath().toString(),
        "--prompt",
        Integer.toString(prompt),
        "--decode",
        Integer.toString(steps),
        "--device",
        device.toString(),
        "--repeats",
        "1",
        "--warmup",
        Integer.toString(warmUp));
  }
}
