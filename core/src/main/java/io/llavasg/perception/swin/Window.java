package io.llavasg.perception.swin;

/**
 * The windows of a stage.
 *
 * @param side places along a side
 * @param shift how far every second block moves them
 */
record Window(int side, int shift) {

  /** Windows that are moved by half their side. */
  static Window of(int side) {
    return new Window(side, side / 2);
  }

  /** Number of places in a window. */
  int area() {
    return side * side;
  }

  Window unmoved() {
    return new Window(side, 0);
  }

  /**
   * For each pair of places the row of the bias table that their offset has: N · N rows of (2 ·
   * side − 1)².
   */
  long[] relativePositions() {
    int area = area();
    int offsets = 2 * side - 1;
    long[] rows = new long[area];
    for (int place = 0; place < area; place++) {
      rows[place] = (long) (place / side) * offsets + place % side;
    }
    // That of an offset of (0, 0).
    int middle = (side - 1) * offsets + side - 1;
    long[] index = new long[area * area];
    for (int from = 0; from < area; from++) {
      for (int to = 0; to < area; to++) {
        index[from * area + to] = rows[from] - rows[to] + middle;
      }
    }
    return index;
  }
}
