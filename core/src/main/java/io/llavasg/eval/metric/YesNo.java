package io.llavasg.eval.metric;

import io.llavasg.LlavaSgException;
import java.util.Locale;

/**
 * An answer to a question that has to be answered with yes or no. Both texts are kept in lower case
 * and without blanks around them.
 *
 * @param answer what was answered, maybe something else
 * @param label what is right: "yes" or "no"
 */
public record YesNo(String answer, String label) {

  public YesNo {
    answer = Whitespace.strip(answer.toLowerCase(Locale.ROOT));
    label = Whitespace.strip(label.toLowerCase(Locale.ROOT));
    if (!label.equals("yes") && !label.equals("no")) {
      throw LlavaSgException.user("the label of a yes-or-no question is '%s'", label);
    }
  }

  public boolean isRight() {
    return answer.equals(label);
  }
}
