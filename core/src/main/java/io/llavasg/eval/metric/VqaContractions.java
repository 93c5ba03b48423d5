package io.llavasg.eval.metric;

import java.util.HashMap;
import java.util.Map;

/** The contractions that the VQA challenge writes with all their apostrophes. */
final class VqaContractions {
  private static final String CONTRACTIONS =
      """
      'ow's'at 'twas ain't aren't can't could've couldn't couldn't've didn't doesn't don't
      hadn't hadn't've hasn't haven't he'd he'd've he's how'd how'll how's isn't it'd it'd've
      it'll ma'am might've mightn't mightn't've must've mustn't needn't not've o'clock
      oughtn't shan't she'd've should've shouldn't shouldn't've somebody'd've somebody'll
      somebody's someone'd someone'd've someone'll someone's something'd something'd've
      something'll that's there'd there'd've there're there's they'd they'd've they'll they're
      they've wasn't we'd've we've weren't what'll what're what's what've when's where'd
      where's where've who'd who'd've who'll who's who've why'll why're why's won't would've
      wouldn't wouldn't've y'all y'all'd've y'all'll you'd you'd've you'll you're you've
      """;

  /** What a spelling becomes; others stay as they are. */
  static final Map<String, String> BY_SPELLING = Map.copyOf(bySpelling());

  private VqaContractions() {}

  /** A contraction is known by its spellings that lack one apostrophe. */
  private static Map<String, String> bySpelling() {
    Map<String, String> all = new HashMap<>();
    for (String contraction : Whitespace.split(CONTRACTIONS)) {
      for (int i = 0; i < contraction.length(); i++) {
        if (contraction.charAt(i) == '\'') {
          all.put(contraction.substring(0, i) + contraction.substring(i + 1), contraction);
        }
      }
    }
    // The official table has this one the wrong way round.
    all.put("somebody'd", "somebodyd");
    return all;
  }
}
