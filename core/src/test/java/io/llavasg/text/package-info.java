@NullMarked
package io.llavasg.text;

import org.jspecify.annotations.NullMarked;
