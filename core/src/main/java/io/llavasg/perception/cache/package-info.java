/**
 * Results of perception in a folder, so that each photo is looked at once however often it is
 * needed, in training above all.
 *
 * <p><b>Layout.</b> {@code CONFIGURATION/ab/cd/abcd….json}: a folder for each fingerprint of a
 * pipeline, named by its digest and described by its {@code configuration.json}; in it an entry for
 * each photo, named by the SHA-256 of the photo file's bytes, in two levels of folders, so that a
 * million entries leave some 15 in each. A photo that moves keeps its entry, and one that changes
 * gets another.
 *
 * <p><b>Entries</b> are entities files (masks in COCO's compressed form) with {@code tags}, {@code
 * size} (height and width) and {@code key}: any reader of entities files can read them.
 *
 * <p><b>Several processes</b> may share a folder. An entry is written under another name and then
 * renamed, so nobody sees half of one; two processes that look at the same photo write the same
 * entry, and the later one stays. What a crash of the machine or a full disk cut short is no whole
 * JSON object any more: it counts as absent, with a warning, and is written again.
 */
@NullMarked
package io.llavasg.perception.cache;

import org.jspecify.annotations.NullMarked;
