package io.llavasg.eval.metric;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Abbreviations that keep their full stop in Penn Treebank tokens. */
final class PtbAbbreviations {
  private static final String ALWAYS =
      """
      jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri
      mr mrs ms mme mlle messrs dr drs prof profs rev hon esq jr sr bart
      gen gens col capt maj lt lieut sgt cpl pvt pfc sfc spc adm brig comdr cmdr ens insp atty
      gov govs pres rep reps sen sens supt treas asst msgr
      inc corp co cos ltd bros plc bhd cie mfg mtg pte ptes pty ptys ppte ppty assn assoc intl natl
      univ dept det elec invt
      ala ariz calif colo conn dak fla ga ind kan kans ky md mich minn mo mont neb nev okla penn
      tenn va vt wis wisc wyo
      st ste ave blvd rd ct sq rt mt ft bldg ext
      adj adv al cf est etc seq vs tel sys ph alex jos wm
      """;

  /** Words as well, so that they are abbreviations with a capital only. */
  private static final String CAPITALISED = "ark az del ill la mass miss ore pa tex wash";

  /** Abbreviations before a number only. */
  private static final String BEFORE_NUMBERS = "art ca fig figs no nos op pp prop";

  private static final Set<String> ALL = new HashSet<>();

  static {
    for (String group : List.of(ALWAYS, CAPITALISED, BEFORE_NUMBERS)) {
      ALL.addAll(Whitespace.split(group));
    }
  }

  private PtbAbbreviations() {}

  /** Whether the word and a full stop behind it may be one token. */
  static boolean mayBe(String word) {
    return word.length() == 1 || ALL.contains(word.toLowerCase(Locale.ROOT));
  }

  /** A pattern of them with their full stops. */
  static String pattern() {
    return "(?:(?i:%s)\\.|(?=[A-Z])(?i:%s)\\.|(?i:%s)\\.(?=\\s?\\d))"
        .formatted(anyOf(ALWAYS), anyOf(CAPITALISED), anyOf(BEFORE_NUMBERS));
  }

  private static String anyOf(String words) {
    return String.join("|", Whitespace.split(words));
  }
}
