/**
 * Tokenizers and conversation templates: text to token ids and back.
 *
 * <p>One backend, the Rust library of HuggingFace tokenizers, is described by one format, {@code
 * tokenizer.json}. The other formats are converted to it: SentencePiece's {@code tokenizer.model}
 * ({@link io.llavasg.text.SentencePieceModel}) and BERT's {@code vocab.txt} ({@link
 * io.llavasg.text.WordPieceVocabulary}).
 *
 * <p><b>Text is plain text.</b> The backend gets its description without added tokens,
 * post-processor, truncation and padding. So {@code <image>}, {@code </s>} or {@code <sg>} inside a
 * text are spelled out in ordinary pieces, and nothing is put in front of or behind a text: special
 * tokens enter a prompt by id only, in {@link io.llavasg.text.PromptAssembler}.
 *
 * <p><b>SentencePiece's BPE as tokenizer.json.</b> SentencePiece repeatedly joins the neighbouring
 * pair whose joined piece has the best score; tokenizer.json lists the pairs in order of
 * preference. So the list holds every split of every piece into two pieces, by falling score.
 * Scores matter: LLaMA gives pieces made of spaces alone the worst one, although some have low ids,
 * so the order of ids would not do. A space becomes {@code ▁} (U+2581), one more is put in front
 * (the "prefix space"), and characters without a piece become the byte pieces {@code <0x00>} to
 * {@code <0xFF>}.
 *
 * <p>A tokenizer.json is obeyed to the letter. One whose pre-tokenizer is {@code Metaspace} adds no
 * prefix space to a text that starts with a space, where SentencePiece does.
 */
@NullMarked
package io.llavasg.text;

import org.jspecify.annotations.NullMarked;
