package io.llavasg.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llavasg.LlavaSgException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A SentencePiece BPE model, as {@code tokenizer.model} files hold it: the Protocol Buffers message
 * {@code ModelProto} of sentencepiece_model.proto.
 *
 * @param pieces the vocabulary; a piece's index is its id
 * @param bytePieces whether a character without a piece becomes byte pieces
 * @param prefixSpace whether a space is put in front of every text
 * @param specialIds ids of the special tokens, -1 where the model has none
 */
public record SentencePieceModel(
    List<Piece> pieces, boolean bytePieces, boolean prefixSpace, SpecialIds specialIds) {

  /** What a piece is for; the numbers are those of the format. */
  public enum PieceType {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private final int number;

    PieceType(int number) {
      this.number = number;
    }

    static PieceType of(long number) {
      for (PieceType type : values()) {
        if (type.number == number) {
          return type;
        }
      }
      throw new BufferUnderflowException();
    }
  }

  /**
   * A piece of the vocabulary.
   *
   * @param score the higher, the earlier two pieces are joined to this one
   */
  public record Piece(String text, float score, PieceType type) {}

  /** Ids of the special tokens. */
  public record SpecialIds(int unk, int bos, int eos, int pad) {}

  private static final int TRAINER_BPE = 2;

  public SentencePieceModel {
    pieces = List.copyOf(pieces);
  }

  /** Reads a {@code tokenizer.model} file. */
  public static SentencePieceModel read(Path file) {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    } catch (IOException e) {
      throw LlavaSgException.user(e, "cannot read the tokenizer %s", file);
    }
    Parser parser = new Parser();
    try {
      parser.parse(new ProtobufReader(bytes));
    } catch (BufferUnderflowException e) {
      throw LlavaSgException.user(
          e, "%s is no SentencePiece model, or it is cut off; copy it again", file);
    }
    parser.check(file);
    return new SentencePieceModel(
        parser.pieces,
        parser.bytePieces,
        parser.prefixSpace,
        new SpecialIds(parser.unk, parser.bos, parser.eos, parser.pad));
  }

  /** The equivalent tokenizer.json; control and unknown pieces are its special added tokens. */
  public ObjectNode toTokenizerJson() {
    return new SentencePieceConverter(this).convert();
  }

  /** Collects the fields of ModelProto; the starting values are the format's defaults. */
  private static final class Parser {
    private final List<Piece> pieces = new ArrayList<>();
    private long modelType = 1;
    private boolean bytePieces;
    private boolean whitespaceAsSuffix;
    private boolean prefixSpace = true;
    private boolean removeSpaces = true;
    private boolean escapeSpaces = true;
    private boolean characterMap;
    private int unk = 0;
    private int bos = 1;
    private int eos = 2;
    private int pad = -1;

    void parse(ProtobufReader model) {
      while (model.next()) {
        switch (model.field()) {
          case 1 -> pieces.add(piece(model.message()));
          case 2 -> trainer(model.message());
          case 3 -> normalizer(model.message());
          default -> model.skip();
        }
      }
    }

    private static Piece piece(ProtobufReader message) {
      String text = "";
      float score = 0;
      PieceType type = PieceType.NORMAL;
      while (message.next()) {
        switch (message.field()) {
          case 1 -> text = message.string();
          case 2 -> score = message.float32();
          case 3 -> type = PieceType.of(message.varint());
          default -> message.skip();
        }
      }
      return new Piece(text, score, type);
    }

    private void trainer(ProtobufReader message) {
      while (message.next()) {
        switch (message.field()) {
          case 3 -> modelType = message.varint();
          case 24 -> whitespaceAsSuffix = message.bool();
          case 35 -> bytePieces = message.bool();
          case 40 -> unk = (int) message.varint();
          case 41 -> bos = (int) message.varint();
          case 42 -> eos = (int) message.varint();
          case 43 -> pad = (int) message.varint();
          default -> message.skip();
        }
      }
    }

    private void normalizer(ProtobufReader message) {
      while (message.next()) {
        switch (message.field()) {
          case 2 -> characterMap = !message.string().isEmpty();
          case 3 -> prefixSpace = message.bool();
          case 4 -> removeSpaces = message.bool();
          case 5 -> escapeSpaces = message.bool();
          default -> message.skip();
        }
      }
    }

    void check(Path file) {
      if (pieces.isEmpty()) {
        throw LlavaSgException.user("%s is no SentencePiece model: it has no pieces", file);
      }
      if (modelType != TRAINER_BPE) {
        throw LlavaSgException.user(
            "%s is a SentencePiece %s model; BPE models, such as LLaMA's, are supported",
            file, modelType == 1 ? "Unigram" : "word or character");
      }
      boolean unused = pieces.stream().anyMatch(piece -> piece.type() == PieceType.UNUSED);
      if (characterMap || removeSpaces || !escapeSpaces || whitespaceAsSuffix || unused) {
        throw LlavaSgException.user(
            "%s normalises text or leaves pieces unused, unlike LLaMA's model; put a"
                + " tokenizer.json beside it",
            file);
      }
    }
  }
}
