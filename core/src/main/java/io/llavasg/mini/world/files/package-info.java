/**
 * The miniature world on disk.
 *
 * <p>Training: {@code images/}, {@code entities/} (a file for each picture, with colour and size
 * beside the usual fields), {@code captions.json}, {@code relations.json} and {@code
 * instructions.json} in LLaVA's format, and {@code corpus.jsonl}, texts alone. {@code sheet.png},
 * here and in a test, shows the first scenes.
 *
 * <p>Test: a folder for each benchmark with the files that its publisher gives out, so that the
 * evaluation reads them as it reads the real ones. Where the names of images are fixed they end in
 * {@code .jpg}; the files are PNG all the same, which readers tell by the first bytes. {@code
 * entities/} keeps the true entities by the pictures' bytes, as perception keeps what it finds;
 * {@code parts.json} says of each question what is new in it, and {@code baselines.json} what can
 * be had without looking, which is answered in {@code baselines/}.
 */
@NullMarked
package io.llavasg.mini.world.files;

import org.jspecify.annotations.NullMarked;
