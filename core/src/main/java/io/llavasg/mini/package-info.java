/**
 * The paper in miniature: what its parts ({@code mini.world}, {@code mini.perception}, {@code
 * mini.model}) share.
 */
@NullMarked
package io.llavasg.mini;

import org.jspecify.annotations.NullMarked;
