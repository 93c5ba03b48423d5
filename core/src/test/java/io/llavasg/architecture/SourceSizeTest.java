package io.llavasg.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No file over 600 lines, no method over 60: as the formatter lays them out. */
class SourceSizeTest {
  private static final int FILE = 600;
  private static final int METHOD = 60;

  /**
   * The line on which a method's, constructor's or initialiser's body opens, or its name stands; a
   * record's components look like a method's parameters.
   */
  private static final Pattern MEMBER =
      Pattern.compile(
          "^( {2,8})(?!\\s|//|\\*|/|return|throw|else|new|@|(?:\\w+ )*record )[^=;]*\\([^;]*$");

  /** Folders of the checkout that hold sources. */
  private static final List<String> SOURCES =
      List.of("core/src/main/java", "core/src/test/java", "app/src", "bench/src");

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String folder : SOURCES) {
      try (Stream<Path> files = Files.walk(Path.of("..", folder))) {
        sources.addAll(files.filter(file -> file.toString().endsWith(".java")).toList());
      }
    }
    return sources;
  }

  @Test
  void filesAreShort() throws IOException {
    List<String> long_ = new ArrayList<>();
    for (Path file : sources()) {
      int lines = Files.readAllLines(file).size();
      if (lines > FILE) {
        long_.add(file + ": " + lines);
      }
    }
    assertThat(long_).isEmpty();
    assertThat(sources()).hasSizeGreaterThan(100);
  }

  @Test
  void methodsAreShort() throws IOException {
    List<String> long_ = new ArrayList<>();
    for (Path file : sources()) {
      longMethods(Files.readAllLines(file), METHOD)
          .forEach(method -> long_.add(file + ": " + method));
    }
    assertThat(long_).isEmpty();
  }

  @Test
  void longMethodIsFound() {
    List<String> lines = new ArrayList<>(List.of("class A {", "  int sum(", "      int a) {"));
    for (int i = 0; i < 4; i++) {
      lines.add("    add(" + i + ");");
    }
    lines.addAll(List.of("  }", "", "  int next() {", "    return 1;", "  }", "}"));
    assertThat(longMethods(lines, 6)).containsExactly("int sum( has 7 lines");
    assertThat(longMethods(lines, 7)).isEmpty();
  }

  /** Members that take more than {@code most} lines, from the line of their name to their brace. */
  private static List<String> longMethods(List<String> lines, int most) {
    List<String> found = new ArrayList<>();
    for (int start = 0; start < lines.size(); start++) {
      Matcher member = MEMBER.matcher(lines.get(start));
      if (!member.find()) {
        continue;
      }
      String indent = member.group(1);
      int end = start;
      while (end < lines.size() && !lines.get(end).equals(indent + "}")) {
        if (end > start && lines.get(end).startsWith(indent) && endsEarly(lines.get(end), indent)) {
          break;
        }
        end++;
      }
      boolean closed = end < lines.size() && lines.get(end).equals(indent + "}");
      if (closed && end - start + 1 > most) {
        found.add(lines.get(start).strip() + " has " + (end - start + 1) + " lines");
      }
    }
    return found;
  }

  /** Whether another member starts at this indent, so that what came before had no body. */
  private static boolean endsEarly(String line, String indent) {
    return line.length() > indent.length()
        && !Character.isWhitespace(line.charAt(indent.length()))
        && line.charAt(indent.length()) != ')'
        && line.charAt(indent.length()) != '}';
  }
}
