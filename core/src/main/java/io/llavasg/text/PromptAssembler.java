package io.llavasg.text;

import io.llavasg.LlavaSgException;
import io.llavasg.text.Prompt.Image;
import io.llavasg.text.Prompt.Segment;
import io.llavasg.text.Prompt.Span;
import io.llavasg.text.Prompt.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes conversations as prompts. Text between two special tokens, the image among them, is
 * tokenised on its own, each time with the tokenizer's prefix space; BOS stands once, in front.
 */
public final class PromptAssembler {
  /** What every {@code vicuna_v1} prompt begins with. */
  public static final String PREAMBLE =
      "A chat between a curious user and an artificial intelligence assistant. "
          + "The assistant gives helpful, detailed, and polite answers to the user's questions. ";

  private static final String USER = "USER: ";
  private static final String ASSISTANT = " ASSISTANT:";

  private final Tokenizer tokenizer;
  private final ConversationTemplate template;

  public PromptAssembler(Tokenizer tokenizer, ConversationTemplate template) {
    this.tokenizer = tokenizer;
    this.template = template;
  }

  /**
   * The prompt of a conversation. If its last turn is the user's, the prompt ends where the answer
   * begins.
   */
  public Prompt assemble(Conversation conversation) {
    Writer writer = new Writer();
    if (template == ConversationTemplate.PLAIN) {
      writePlain(conversation, writer);
    } else {
      writeVicuna(conversation, writer);
    }
    return writer.prompt();
  }

  /**
   * What goes behind a generated answer, from its end token on, to ask the next question. Together
   * with the ids of the prompt and the answer these are the ids of the longer conversation.
   *
   * <p>An answer keeps the ids it was generated with. Tokenising its text anew can give others.
   */
  public int[] continuation(String question) {
    if (template == ConversationTemplate.PLAIN) {
      throw LlavaSgException.user("the plain template has no second question; use vicuna_v1");
    }
    int[] ids = tokenizer.encode(USER + question + ASSISTANT);
    int[] all = new int[ids.length + 1];
    all[0] = tokenizer.eos();
    System.arraycopy(ids, 0, all, 1, ids.length);
    return all;
  }

  /** Token ids of the text that activates the scene graph: {@link Conversation#promptText}. */
  public int[] promptText(Conversation conversation) {
    return tokenizer.encode(conversation.promptText());
  }

  private void writeVicuna(Conversation conversation, Writer writer) {
    writer.say(PREAMBLE);
    for (int i = 0; i < conversation.turns().size(); i++) {
      String text = conversation.turns().get(i).text();
      if (conversation.turns().get(i).role() == Role.ASSISTANT) {
        writer.answer(" " + text);
        writer.end();
      } else if (i == 0 && conversation.hasImage()) {
        writer.say(USER);
        writer.image();
        writer.say("\n" + Conversation.strip(text) + ASSISTANT);
      } else {
        writer.say(USER + text + ASSISTANT);
      }
    }
  }

  private static void writePlain(Conversation conversation, Writer writer) {
    if (!conversation.hasImage() || conversation.turns().size() > 2) {
      throw LlavaSgException.user(
          "the plain template takes one image and one caption, not %s of %d turns",
          conversation.hasImage() ? "a conversation" : "a text-only conversation",
          conversation.turns().size());
    }
    writer.image();
    if (conversation.turns().size() == 2) {
      writer.answer(conversation.turns().get(1).text() + "\n");
    }
  }

  /** Gathers text until a special token, then tokenises it. */
  private final class Writer {
    private final List<Segment> segments = new ArrayList<>();
    private final List<Span> answers = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private int[] ids = {tokenizer.bos()};
    private int answerStart = -1;

    void say(String words) {
      text.append(words);
    }

    void answer(String words) {
      answerStart = text.length();
      text.append(words);
    }

    void end() {
      tokenise();
      append(new int[] {tokenizer.eos()});
      int last = answers.size() - 1;
      if (last >= 0 && answers.get(last).to() == ids.length - 1) {
        answers.set(last, new Span(answers.get(last).from(), ids.length));
      } else {
        answers.add(new Span(ids.length - 1, ids.length));
      }
    }

    void image() {
      closeSegment();
      segments.add(new Image());
    }

    Prompt prompt() {
      closeSegment();
      return new Prompt(segments);
    }

    private void closeSegment() {
      tokenise();
      if (ids.length > 0) {
        segments.add(new Text(ids, answers));
      }
      ids = new int[0];
      answers.clear();
    }

    private void tokenise() {
      if (answerStart < 0) {
        append(tokenizer.encode(text.toString()));
      } else {
        Encoding encoding = tokenizer.encodeWithOffsets(text.toString());
        int first = 0;
        while (answerStart > 0
            && first < encoding.length()
            && encoding.ends()[first] <= answerStart) {
          first++;
        }
        int offset = ids.length;
        append(encoding.ids());
        if (first < encoding.length()) {
          answers.add(new Span(offset + first, ids.length));
        }
      }
      text.setLength(0);
      answerStart = -1;
    }

    private void append(int[] more) {
      int length = ids.length;
      ids = Arrays.copyOf(ids, length + more.length);
      System.arraycopy(more, 0, ids, length, more.length);
    }
  }
}
