package io.llavasg.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.llavasg.LlavaSgException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/**
 * A tokenizer of the native library. Calls may come from several threads: the library only reads,
 * and {@link #close()} waits for calls that are under way.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private long handle;

  private NativeTokenizer(long handle) {
    this.handle = handle;
  }

  /**
   * Builds a tokenizer.
   *
   * @param json contents of a tokenizer.json
   * @param source what an error calls it
   */
  static NativeTokenizer of(String json, String source) {
    NativeLibrary.load();
    try {
      return new NativeTokenizer(LIBRARY.createTokenizerFromString(json));
    } catch (RuntimeException e) {
      throw LlavaSgException.user(
          e, "%s is no usable tokenizer.json (%s)", source, String.valueOf(e.getMessage()));
    }
  }

  int[] encode(String text) {
    return encoding(text, encoding -> toInts(LIBRARY.getTokenIds(encoding)));
  }

  /** Token ids, and where each token starts and ends in the text, in Java chars. */
  Encoding encodeWithOffsets(String text) {
    return encoding(
        text,
        encoding -> {
          int[] ids = toInts(LIBRARY.getTokenIds(encoding));
          CharSpan[] spans = LIBRARY.getTokenCharSpans(encoding);
          int[] charOffsets = charOffsets(text);
          int[] starts = new int[ids.length];
          int[] ends = new int[ids.length];
          for (int i = 0; i < ids.length; i++) {
            CharSpan span = spans[i];
            starts[i] = span == null ? 0 : charOffsets[span.getStart()];
            ends[i] = span == null ? 0 : charOffsets[span.getEnd()];
          }
          return new Encoding(ids, starts, ends);
        });
  }

  String decode(long[] ids) {
    return locked(tokenizer -> LIBRARY.decode(tokenizer, ids, false));
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (handle != 0) {
        LIBRARY.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private <T> T encoding(String text, LongFunction<T> reader) {
    return locked(
        tokenizer -> {
          long encoding = LIBRARY.encode(tokenizer, text, false);
          try {
            return reader.apply(encoding);
          } finally {
            LIBRARY.deleteEncoding(encoding);
          }
        });
  }

  private <T> T locked(LongFunction<T> call) {
    lock.readLock().lock();
    try {
      if (handle == 0) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      return call.apply(handle);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Index of the Java char at which each code point of {@code text} starts, and the length. */
  private static int[] charOffsets(String text) {
    int[] offsets = new int[text.codePointCount(0, text.length()) + 1];
    for (int i = 1; i < offsets.length; i++) {
      offsets[i] = text.offsetByCodePoints(offsets[i - 1], 1);
    }
    return offsets;
  }

  private static int[] toInts(long[] ids) {
    int[] ints = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ints[i] = Math.toIntExact(ids[i]);
    }
    return ints;
  }
}
