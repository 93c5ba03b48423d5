package io.llavasg.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.text.SentencePieceModel.Piece;
import io.llavasg.text.SentencePieceModel.PieceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a SentencePiece BPE model as a tokenizer.json; the package's text says how. */
final class SentencePieceConverter {
  private static final String SPACE = "▁";

  private final SentencePieceModel model;
  private final JsonNodeFactory json = JsonNodeFactory.instance;

  SentencePieceConverter(SentencePieceModel model) {
    this.model = model;
  }

  ObjectNode convert() {
    ObjectNode result = json.objectNode().put("version", "1.0");
    result.putNull("truncation").putNull("padding");
    result.set("added_tokens", addedTokens());
    result.set("normalizer", normalizer());
    result.putNull("pre_tokenizer");
    result.set("post_processor", postProcessor());
    result.set("decoder", decoder());
    result.set("model", bpe());
    return result;
  }

  private ArrayNode addedTokens() {
    ArrayNode tokens = json.arrayNode();
    List<Piece> pieces = model.pieces();
    for (int id = 0; id < pieces.size(); id++) {
      PieceType type = pieces.get(id).type();
      if (type == PieceType.CONTROL
          || type == PieceType.UNKNOWN
          || type == PieceType.USER_DEFINED) {
        ObjectNode token = TokenizerJson.specialToken(json.objectNode(), pieces.get(id).text(), id);
        tokens.add(token.put("special", type != PieceType.USER_DEFINED));
      }
    }
    return tokens;
  }

  private ObjectNode normalizer() {
    ArrayNode steps = json.arrayNode();
    if (model.prefixSpace()) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    steps.add(replace(" ", SPACE));
    ObjectNode sequence = json.objectNode().put("type", "Sequence");
    sequence.set("normalizers", steps);
    return sequence;
  }

  private ObjectNode decoder() {
    ArrayNode steps = json.arrayNode();
    steps.add(replace(SPACE, " "));
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (model.prefixSpace()) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    ObjectNode sequence = json.objectNode().put("type", "Sequence");
    sequence.set("decoders", steps);
    return sequence;
  }

  private ObjectNode replace(String pattern, String content) {
    ObjectNode replace = json.objectNode().put("type", "Replace");
    replace.putObject("pattern").put("String", pattern);
    return replace.put("content", content);
  }

  /** Puts the start token in front, which is what other programs expect of LLaMA's tokenizer. */
  private ObjectNode postProcessor() {
    int id = model.specialIds().bos();
    boolean bos = id >= 0 && id < model.pieces().size();
    String token = bos ? model.pieces().get(id).text() : "";
    ArrayNode single = json.arrayNode();
    ArrayNode pair = json.arrayNode();
    if (bos) {
      single.add(part("SpecialToken", token, 0));
      pair.add(part("SpecialToken", token, 0));
    }
    single.add(part("Sequence", "A", 0));
    pair.add(part("Sequence", "A", 0));
    if (bos) {
      pair.add(part("SpecialToken", token, 1));
    }
    pair.add(part("Sequence", "B", 1));
    ObjectNode template = json.objectNode().put("type", "TemplateProcessing");
    template.set("single", single);
    template.set("pair", pair);
    ObjectNode specials = template.putObject("special_tokens");
    if (bos) {
      ObjectNode special = specials.putObject(token).put("id", token);
      special.putArray("ids").add(id);
      special.putArray("tokens").add(token);
    }
    return template;
  }

  private ObjectNode part(String kind, String id, int type) {
    ObjectNode part = json.objectNode();
    part.putObject(kind).put("id", id).put("type_id", type);
    return part;
  }

  private ObjectNode bpe() {
    ObjectNode bpe = json.objectNode().put("type", "BPE");
    bpe.putNull("dropout");
    int unk = model.specialIds().unk();
    if (unk >= 0 && unk < model.pieces().size()) {
      bpe.put("unk_token", model.pieces().get(unk).text());
    } else {
      bpe.putNull("unk_token");
    }
    bpe.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    bpe.put("fuse_unk", true).put("byte_fallback", model.bytePieces()).put("ignore_merges", false);
    ObjectNode vocabulary = bpe.putObject("vocab");
    for (int id = 0; id < model.pieces().size(); id++) {
      vocabulary.put(model.pieces().get(id).text(), id);
    }
    ArrayNode merges = bpe.putArray("merges");
    merges().forEach(merge -> merges.add(merge.left + " " + merge.right));
    return bpe;
  }

  /**
   * A pair to join, in code points: between splits of one score, the longer left part goes first.
   */
  private record Merge(String left, String right, float score, int leftLength, int rightLength) {
    static final Comparator<Merge> ORDER =
        Comparator.comparingDouble((Merge merge) -> -merge.score)
            .thenComparingInt(merge -> -merge.leftLength)
            .thenComparingInt(merge -> -merge.rightLength);
  }

  private List<Merge> merges() {
    Map<String, Piece> joinable = new HashMap<>(model.pieces().size() * 2);
    for (Piece piece : model.pieces()) {
      if (piece.type() == PieceType.NORMAL) {
        joinable.put(piece.text(), piece);
      }
    }
    List<Merge> merges = new ArrayList<>();
    for (Piece piece : model.pieces()) {
      if (piece.type() == PieceType.NORMAL) {
        addSplits(piece, joinable, merges);
      }
    }
    merges.sort(Merge.ORDER);
    return merges;
  }

  private static void addSplits(Piece piece, Map<String, Piece> joinable, List<Merge> merges) {
    String text = piece.text();
    int length = text.codePointCount(0, text.length());
    int at = 0;
    for (int leftLength = 1; leftLength < length; leftLength++) {
      at = text.offsetByCodePoints(at, 1);
      String left = text.substring(0, at);
      if (joinable.containsKey(left)) {
        String right = text.substring(at);
        if (joinable.containsKey(right)) {
          merges.add(new Merge(left, right, piece.score(), leftLength, length - leftLength));
        }
      }
    }
  }
}
