package io.llavasg.train.recipe;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the values of a recipe's file come from, as the comments behind them say. A comment alone
 * on its lines, above a key, belongs to that key where there is none behind its value.
 */
final class Origins {
  private static final Pattern KEY =
      Pattern.compile("^([a-z_0-9]+):(?:\\s+(?:\"[^\"]*\"|'[^']*'|[^#]*?))?(?:\\s+#\\s*(.*))?$");
  private static final Pattern COMMENT = Pattern.compile("^\\s*#\\s?(.*)$");

  private Origins() {}

  /** Comments of the keys on a YAML file's first level. */
  static Map<String, String> of(String yaml) {
    Map<String, String> origins = new HashMap<>();
    StringBuilder above = new StringBuilder();
    for (String line : yaml.lines().toList()) {
      Matcher key = KEY.matcher(line);
      Matcher comment = COMMENT.matcher(line);
      if (key.matches()) {
        String behind = key.group(2) == null ? "" : key.group(2).strip();
        String origin = behind.isEmpty() ? above.toString() : behind;
        if (!origin.isEmpty()) {
          origins.put(key.group(1), origin);
        }
        above.setLength(0);
      } else if (comment.matches()) {
        above.append(above.isEmpty() ? "" : " ").append(comment.group(1).strip());
      } else {
        above.setLength(0);
      }
    }
    return origins;
  }
}
