/**
 * Recipes: what is trained, on what, and how, in a YAML file, and a run of one.
 *
 * <p><b>Files.</b> A recipe is one level of keys ({@link io.llavasg.train.recipe.RecipeKey} lists
 * them), with lists and maps as values of a few. {@code extends: other.yaml} takes the other file's
 * keys where this one is silent; maps are merged, lists replaced. An unknown key is an error. The
 * comment behind a value says where it comes from, and is logged with it: {@link
 * io.llavasg.train.recipe.RecipeFile} keeps it as the value's origin.
 *
 * <p><b>Paths</b> are relative to the folder that the program runs in, but for {@code extends},
 * which is relative to its file.
 */
@NullMarked
package io.llavasg.train.recipe;

import org.jspecify.annotations.NullMarked;
