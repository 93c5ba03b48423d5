package io.llavasg.mini.world;

import io.llavasg.image.RgbImage;
import io.llavasg.image.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Scenes beside each other, to look at. */
public final class ContactSheet {
  private static final int COLUMNS = 8;
  private static final int GAP = 4;
  private static final byte GROUND = (byte) 0xff;

  private ContactSheet() {}

  /** Eight scenes a row. */
  public static RgbImage of(List<Scene> scenes, SceneRenderer renderer) {
    int cell = renderer.size() + GAP;
    int rows = Math.ceilDiv(scenes.size(), COLUMNS);
    int columns = Math.min(COLUMNS, scenes.size());
    Size size = new Size(columns * cell + GAP, rows * cell + GAP);
    byte[] sheet = new byte[Math.toIntExact(3 * size.area())];
    Arrays.fill(sheet, GROUND);
    for (int i = 0; i < scenes.size(); i++) {
      byte[] picture = renderer.render(scenes.get(i)).toBytes();
      int left = GAP + i % COLUMNS * cell;
      int top = GAP + i / COLUMNS * cell;
      for (int y = 0; y < renderer.size(); y++) {
        int at = 3 * ((top + y) * size.width() + left);
        System.arraycopy(picture, 3 * y * renderer.size(), sheet, at, 3 * renderer.size());
      }
    }
    return RgbImage.of(size.width(), size.height(), sheet);
  }

  /** A scene for each kind: a large one and a small one, in two colours. */
  public static List<Scene> kinds() {
    List<Scene> scenes = new ArrayList<>();
    for (int i = 0; i < Kind.ALL.size(); i++) {
      Kind kind = Kind.ALL.get(i);
      int ground = Tone.LIGHT.colours().getFirst();
      Colour large = Colour.ALL.get(i % Colour.ALL.size());
      Colour small = Colour.ALL.get((i + 3) % Colour.ALL.size());
      scenes.add(
          new Scene(
              i,
              new Background(Pattern.PLAIN, Tone.LIGHT, ground, ground, 1, 0, 0),
              List.of(
                  new Thing(kind, large, Magnitude.LARGE, .38, .6, .5, false, 1),
                  new Thing(kind, small, Magnitude.SMALL, .82, .2, .19, false, 1))));
    }
    return scenes;
  }
}
