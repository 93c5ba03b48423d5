@NullMarked
package io.llavasg.image;

import org.jspecify.annotations.NullMarked;
