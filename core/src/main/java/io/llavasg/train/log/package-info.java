/**
 * What a training leaves to be looked at: {@code train.jsonl}, a JSON object a step; event files
 * for TensorBoard; {@code loss.png}.
 *
 * <p><b>Event files</b> are records of TensorFlow's TFRecord format: the payload's length (8 bytes,
 * little-endian), a masked CRC-32C of those 8 bytes, the payload, a masked CRC-32C of the payload.
 * A mask turns a checksum right by 15 bits and adds 0xa282ead8. The payload is a protocol buffer
 * {@code Event}: wall_time (1, double), step (2, int64), file_version (3, string, in the first
 * record), summary (5) with values (1) of a tag (1) and a simple_value (2, float), or session_log
 * (7) with status (1), whose START makes TensorBoard forget what an ended process had logged from
 * that step on.
 *
 * <p><b>After a resume</b> no step stands twice: steps behind the checkpoint are cut off
 * train.jsonl before the first new one is added.
 */
@NullMarked
package io.llavasg.train.log;

import org.jspecify.annotations.NullMarked;
