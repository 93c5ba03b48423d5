package io.llavasg.mini.world.files;

import io.llavasg.mini.world.language.Choice;
import io.llavasg.mini.world.language.OfScene;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * MMBench's table: a row for each rotation of a question's options, its index being the question's
 * plus a million for each place; images in base64, later rows naming the row that has them.
 */
final class ChoiceTable {
  private static final int ROTATION = 1_000_000;
  private static final int COLUMNS = 4;

  private ChoiceTable() {}

  /** The index of the row that is not rotated. */
  static String id(int question) {
    return id(question, 0);
  }

  /** The index of a rotation's row. */
  static String id(int question, int places) {
    return Integer.toString(question + 1 + places * ROTATION);
  }

  static void write(Path folder, List<OfScene<Choice>> asked, List<Picture> pictures)
      throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("MMBench_DEV_EN.tsv"))) {
      out.write("index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\tL2-category\tsplit\n");
      for (int i = 0; i < asked.size(); i++) {
        Choice choice = asked.get(i).value();
        String image = Base64.getEncoder().encodeToString(pictures.get(asked.get(i).scene()).png());
        for (int places = 0; places < choice.options().size(); places++) {
          out.write(row(id(i, places), choice.rotated(places), places == 0 ? image : id(i)));
        }
      }
    }
  }

  private static String row(String index, Choice choice, String image) {
    List<String> cells = new ArrayList<>();
    cells.add(index);
    cells.add(choice.text());
    cells.add("");
    for (int option = 0; option < COLUMNS; option++) {
      cells.add(option < choice.options().size() ? choice.options().get(option) : "");
    }
    cells.add(Choice.letter(choice.right()));
    cells.add(choice.category());
    cells.add(image);
    cells.add(choice.skill().key());
    cells.add("dev");
    return String.join("\t", cells) + "\n";
  }
}
