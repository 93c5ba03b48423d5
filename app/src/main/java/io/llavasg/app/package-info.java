/**
 * The command line. {@link io.llavasg.app.Main} is the root command; every verb is a class of its
 * own. A process ends with 0 (done), 1 (failed), 2 (bad use or bad input) or 3 (the machine lacks
 * memory or a device), and says why in one line on stderr.
 */
@NullMarked
package io.llavasg.app;

import org.jspecify.annotations.NullMarked;
