package io.llavasg.graph.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelPlacerTest {

  private static final Rectangle2D AREA = new Rectangle2D.Double(0, 0, 300, 200);

  private static Point2D at(double x, double y) {
    return new Point2D.Double(x, y);
  }

  @Test
  void placesWhereItIsWanted() {
    LabelPlacer placer = new LabelPlacer(AREA, 2, List.of());
    assertThat(placer.place(at(100, 50), 40, 20, 0))
        .contains(new Rectangle2D.Double(80, 40, 40, 20));
  }

  @Test
  void boxesAtOneSpotKeepApartAndInside() {
    LabelPlacer placer = new LabelPlacer(AREA, 2, List.of());
    List<Rectangle2D> boxes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      boxes.add(placer.place(at(299, 1), 50, 14, 400).orElseThrow());
    }
    for (Rectangle2D box : boxes) {
      assertThat(AREA.contains(box)).isTrue();
      assertThat(boxes).filteredOn(box::intersects).containsExactly(box);
    }
  }

  @Test
  void keepsOffSpots() {
    Point2D spot = at(100, 50);
    LabelPlacer placer = new LabelPlacer(AREA, 2, List.of(new LabelPlacer.Spot(spot, 4)));
    Rectangle2D box = placer.place(spot, 30, 10, 99).orElseThrow();
    assertThat(box.contains(spot)).isFalse();
  }

  @Test
  void saysWhenThereIsNoRoom() {
    LabelPlacer placer = new LabelPlacer(AREA, 2, List.of());
    assertThat(placer.place(at(100, 50), 301, 10, 500)).isEmpty();
    assertThat(placer.place(at(150, 100), 290, 190, 500)).isPresent();
    assertThat(placer.place(at(150, 100), 20, 10, 500)).isEmpty();
  }
}
