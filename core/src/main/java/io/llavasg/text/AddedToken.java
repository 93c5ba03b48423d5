package io.llavasg.text;

/**
 * An entry of {@code added_tokens}: a token beside the model's own pieces.
 *
 * @param special whether decoding skips it
 */
record AddedToken(int id, String content, boolean special) {}
