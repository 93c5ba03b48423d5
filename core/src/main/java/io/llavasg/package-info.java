/** LLaVA-SG on the JVM: the library. */
@NullMarked
package io.llavasg;

import org.jspecify.annotations.NullMarked;
