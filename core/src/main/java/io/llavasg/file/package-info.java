/** Files that are there whole or not at all, and that one run at a time may add to. */
@NullMarked
package io.llavasg.file;

import org.jspecify.annotations.NullMarked;
