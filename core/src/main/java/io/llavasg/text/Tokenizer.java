package io.llavasg.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back. Text is plain text: no special token is ever found in it, and none is
 * added. May be used from several threads.
 */
public final class Tokenizer implements AutoCloseable {
  private final NativeTokenizer backend;
  private final TokenizerJson json;
  private final TokenizerConfig config;
  private final String source;
  private final Map<String, Integer> addedIds;
  private final Set<Integer> skipped;
  private volatile @Nullable Map<String, Integer> entries;
  private volatile @Nullable Set<Integer> bytePieces;

  private Tokenizer(String text, TokenizerConfig config, String source) {
    this.json = TokenizerJson.parse(text, source);
    this.config = config;
    this.source = source;
    this.addedIds =
        json.addedTokens().stream()
            .collect(Collectors.toMap(AddedToken::content, AddedToken::id, (a, b) -> b));
    this.skipped =
        Stream.concat(
                json.addedTokens().stream().filter(AddedToken::special).map(AddedToken::id),
                config.names().values().stream()
                    .map(this::id)
                    .filter(OptionalInt::isPresent)
                    .map(OptionalInt::getAsInt))
            .collect(Collectors.toUnmodifiableSet());
    this.backend = NativeTokenizer.of(json.backendText(), source);
  }

  /**
   * Loads a tokenizer.
   *
   * @param path a {@code tokenizer.json}, a SentencePiece BPE model ({@code *.model}), a WordPiece
   *     vocabulary ({@code *.txt}), or a directory with a {@code tokenizer.json}, {@code
   *     tokenizer.model} or {@code vocab.txt}, the first that there is
   */
  public static Tokenizer load(Path path) {
    if (Files.isDirectory(path)) {
      for (String name : new String[] {"tokenizer.json", "tokenizer.model", "vocab.txt"}) {
        Path file = path.resolve(name);
        if (Files.isRegularFile(file)) {
          return loadFile(file, TokenizerConfig.read(path));
        }
      }
      throw LlavaSgException.user(
          "%s has no tokenizer: put a tokenizer.json or tokenizer.model into it", path);
    }
    if (!Files.isRegularFile(path)) {
      throw LlavaSgException.user("there is no tokenizer at %s", path);
    }
    return loadFile(path, TokenizerConfig.NONE);
  }

  /**
   * Makes a tokenizer of the contents of a tokenizer.json.
   *
   * @param source what an error calls it
   */
  public static Tokenizer of(ObjectNode tokenizerJson, String source) {
    return new Tokenizer(tokenizerJson.toString(), TokenizerConfig.NONE, source);
  }

  private static Tokenizer loadFile(Path file, TokenizerConfig config) {
    String name = file.getFileName().toString();
    if (name.endsWith(".model")) {
      ObjectNode json = SentencePieceModel.read(file).toTokenizerJson();
      ObjectNode full = TokenizerJson.withSpecialTokens(json, config.addedTokens());
      return new Tokenizer(full.toString(), config, file.toString());
    }
    if (name.endsWith(".txt")) {
      ObjectNode json = WordPieceVocabulary.read(file, config.lowerCase()).toTokenizerJson();
      return new Tokenizer(json.toString(), config, file.toString());
    }
    try {
      return new Tokenizer(Files.readString(file), config, file.toString());
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read the tokenizer %s as UTF-8 text", file);
    }
  }

  /** Token ids of a text, with the tokenizer's usual prefix space and without BOS. */
  public int[] encode(String text) {
    return text.isEmpty() ? new int[0] : backend.encode(wellFormed(text));
  }

  /** Token ids as of {@link #encode}, and where the tokens stand in the text. */
  public Encoding encodeWithOffsets(String text) {
    return text.isEmpty()
        ? new Encoding(new int[0], new int[0], new int[0])
        : backend.encodeWithOffsets(wellFormed(text));
  }

  /**
   * The text of token ids. Special tokens are left out, and so are ids that no token has (a model's
   * vocabulary may be padded with those).
   */
  public String decode(int... ids) {
    for (int id : ids) {
      if (id < 0) {
        throw LlavaSgException.user("%d is no token id", id);
      }
    }
    return backend.decode(Arrays.stream(ids).filter(id -> !isSpecial(id)).asLongStream().toArray());
  }

  /** A decoder for tokens that come one by one. */
  public TokenStream stream() {
    return new TokenStream(this);
  }

  /** Whether {@link #decode} leaves the token out. */
  public boolean isSpecial(int id) {
    return skipped.contains(id);
  }

  /** Whether a token has the id; a model's vocabulary may be padded with more. */
  boolean hasToken(int id) {
    return entries().containsValue(id);
  }

  /** The id of a token, special and added ones included. */
  public OptionalInt id(String token) {
    Integer id = addedIds.get(token);
    if (id == null) {
      id = entries().get(token);
    }
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The id of a token that has to be there. */
  public int requireId(String token) {
    return id(token)
        .orElseThrow(
            () -> LlavaSgException.user("the tokenizer %s has no token %s", source, token));
  }

  /** The id of the token in front of a prompt. */
  public int bos() {
    return requireId(config.names().getOrDefault("bos_token", "<s>"));
  }

  /** The id of the token that ends an answer. */
  public int eos() {
    return requireId(config.names().getOrDefault("eos_token", "</s>"));
  }

  /** The id of the token for what has no token. */
  public OptionalInt unk() {
    return named("unk_token", "<unk>", "[UNK]");
  }

  /** The id of the token that fills up a batch. */
  public OptionalInt pad() {
    return named("pad_token", "<pad>", "[PAD]");
  }

  /** The id of BERT's token in front of a text. */
  public int cls() {
    return requireId(config.names().getOrDefault("cls_token", "[CLS]"));
  }

  /** The id of BERT's token behind a text. */
  public int sep() {
    return requireId(config.names().getOrDefault("sep_token", "[SEP]"));
  }

  /** One more than the highest token id, added tokens included. */
  public int vocabularySize() {
    return entries().values().stream().mapToInt(id -> id + 1).max().orElse(0);
  }

  /** Whether the token is one of the 256 byte pieces, which spell characters without a piece. */
  boolean isBytePiece(int id) {
    Set<Integer> pieces = bytePieces;
    if (pieces == null) {
      pieces = json.bytePieces();
      bytePieces = pieces;
    }
    return pieces.contains(id);
  }

  @Override
  public void close() {
    backend.close();
  }

  private OptionalInt named(String role, String llamaName, String bertName) {
    String name = config.names().get(role);
    if (name != null) {
      return id(name);
    }
    OptionalInt llama = id(llamaName);
    return llama.isPresent() ? llama : id(bertName);
  }

  private Map<String, Integer> entries() {
    Map<String, Integer> known = entries;
    if (known == null) {
      known = json.entries();
      entries = known;
    }
    return known;
  }

  /** The text with U+FFFD for each unpaired surrogate, which UTF-8 cannot spell. */
  private static String wellFormed(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean paired =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (paired) {
        i++;
      } else {
        repaired = repaired == null ? new StringBuilder(text) : repaired;
        repaired.setCharAt(i, '\uFFFD');
      }
    }
    return repaired == null ? text : repaired.toString();
  }
}
