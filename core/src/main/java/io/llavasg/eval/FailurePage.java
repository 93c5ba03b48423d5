package io.llavasg.eval;

import io.llavasg.eval.task.Answered;
import io.llavasg.eval.task.EvalItem;
import io.llavasg.graph.draw.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A page of wrong answers that needs no other file: pictures are inside it, and small. */
public final class FailurePage {
  /** The longer side of a picture, in pixels. */
  private static final int SIDE = 560;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --paper: #fbfbfc; --card: #fff; --ink: #1b1f27;
        --faint: #6b7280; --line: #dfe2e8; --wrong: #b3261e; --right: #1a6b3c; }
      @media (prefers-color-scheme: dark) { :root { --paper: #15171b; --card: #1e2127;
        --ink: #e8eaee; --faint: #9aa1ad; --line: #343942; --wrong: #ff8a80; --right: #7ddba3; } }
      body { margin: 0 auto; max-width: 1240px; padding: 1.5rem; background: var(--paper);
        color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
      h1 { font-size: 1.35rem; margin: 0; }
      .about { color: var(--faint); margin: .2rem 0 1.4rem; }
      main { display: grid; gap: 1.1rem; align-items: start;
        grid-template-columns: repeat(auto-fill, minmax(330px, 1fr)); }
      article { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
        overflow: hidden; }
      img { display: block; width: 100%; }
      .text { padding: .7rem .9rem .9rem; overflow-wrap: anywhere; }
      .id { color: var(--faint); font-size: .82rem; }
      .question { font-weight: 600; white-space: pre-line; margin: .15rem 0 .5rem; }
      dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .7rem; margin: 0; }
      dt { color: var(--faint); }
      dd { margin: 0; }
      .wrong { color: var(--wrong); }
      .right { color: var(--right); }
      """;

  private final String title;
  private final String about;
  private final List<String> articles = new ArrayList<>();

  /**
   * @param title such as "gqa: wrong answers"
   * @param about a line about the run
   */
  public FailurePage(String title, String about) {
    this.title = title;
    this.about = about;
  }

  /**
   * Adds a wrong answer.
   *
   * @param picture its image with the scene graph
   */
  public void add(Answered wrong, Figure picture) {
    EvalItem item = wrong.item();
    String image = Base64.getEncoder().encodeToString(picture.toJpeg(SIDE));
    StringBuilder text = new StringBuilder();
    text.append("<article><img alt=\"\" src=\"data:image/jpeg;base64,").append(image);
    text.append("\"><div class=\"text\"><div class=\"id\">");
    text.append(escaped(label(item))).append("</div><div class=\"question\">");
    text.append(escaped(item.question())).append("</div><dl>");
    item.options().forEach((letter, option) -> line(text, "", letter, letter + ". " + option));
    line(text, "wrong", "answered", wrong.answer().isEmpty() ? "(nothing)" : wrong.answer());
    line(text, "right", "right", String.join("; ", item.references().stream().distinct().toList()));
    articles.add(text.append("</dl></div></article>\n").toString());
  }

  private static String label(EvalItem item) {
    boolean told = item.category().isEmpty() || item.category().equals(item.id().category());
    return told ? item.id().toString() : item.id() + " · " + item.category();
  }

  private static void line(StringBuilder text, String kind, String name, String value) {
    String term = kind.isEmpty() ? "" : name;
    text.append("<dt>").append(term).append("</dt><dd class=\"").append(kind).append("\">");
    text.append(escaped(value)).append("</dd>");
  }

  /** The whole page. */
  public String html() {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.append("<title>").append(escaped(title)).append("</title>\n");
    page.append("<style>\n").append(STYLE).append("</style></head><body>\n");
    page.append("<h1>").append(escaped(title)).append("</h1>\n");
    page.append("<p class=\"about\">").append(escaped(about)).append("</p>\n<main>\n");
    articles.forEach(page::append);
    return page.append("</main></body></html>\n").toString();
  }

  public void write(Path file) {
    try {
      Files.writeString(file, html());
    } catch (IOException e) {
      throw RunFolder.unwritable(file, e);
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
