package io.llavasg.image;

/** How the size of an image decides the size it is resized to. */
public interface ResizeRule {

  Size target(Size source);

  /** That size whatever the aspect ratio ("squash"). */
  record Exact(Size size) implements ResizeRule {
    @Override
    public Size target(Size source) {
      return size;
    }
  }

  /** The shorter side becomes {@code edge}; the longer is rounded down (CLIP). */
  record ShortestEdge(int edge) implements ResizeRule {
    @Override
    public Size target(Size source) {
      int width = source.width();
      int height = source.height();
      return width <= height
          ? new Size(edge, scaled(edge, height, width))
          : new Size(scaled(edge, width, height), edge);
    }
  }

  /**
   * The shorter side becomes {@code edge} unless the longer would pass {@code longest}, which it
   * then becomes at most (DETR and its kin).
   */
  record ShortestEdgeWithin(int edge, int longest, Rounding rounding) implements ResizeRule {

    /** What the longer side is in proportion to where it is the longest, before it is cut off. */
    public enum Rounding {
      /** The shorter side before rounding: 500 × 250 becomes 1333 × 666. */
      TRANSFORMERS,
      /** The shorter side after rounding, in the official code of DETR: 1332 × 666. */
      OFFICIAL
    }

    /** As transformers rounds. */
    public ShortestEdgeWithin(int edge, int longest) {
      this(edge, longest, Rounding.TRANSFORMERS);
    }

    @Override
    public Size target(Size source) {
      int width = source.width();
      int height = source.height();
      double shorter = Math.min(width, height);
      double longer = Math.max(width, height);
      double exact = edge;
      int rounded = edge;
      if (longer / shorter * edge > longest) {
        exact = longest * shorter / longer;
        rounded = Math.max(1, (int) Math.rint(exact));
      }
      if (shorter == rounded) {
        return source;
      }
      double side = rounding == Rounding.TRANSFORMERS ? exact : rounded;
      int other = Math.max(1, (int) (side * longer / shorter));
      return width < height ? new Size(rounded, other) : new Size(other, rounded);
    }
  }

  /** The longer side becomes {@code edge}; both are rounded half up (SAM). */
  record LongestEdge(int edge) implements ResizeRule {
    @Override
    public Size target(Size source) {
      double scale = (double) edge / Math.max(source.width(), source.height());
      return new Size(
          Math.max(1, (int) (source.width() * scale + 0.5)),
          Math.max(1, (int) (source.height() * scale + 0.5)));
    }
  }

  private static int scaled(int edge, int longer, int shorter) {
    return (int) ((double) ((long) edge * longer) / shorter);
  }
}
