package io.llavasg.mini.world;

import io.llavasg.graph.Box;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What holds between the things of a scene. All lengths are in parts of the scene's side, boxes are
 * of whole things, hidden parts included, and dx and dy go from the subject's centre to the
 * object's. For subject a and object b:
 *
 * <ul>
 *   <li><b>left of</b> holds if a's box ends where b's begins or before (up to {@value #TOUCH}), dx
 *       ≥ {@value #STEP} and |dy| ≤ dx / 2. It fails if the boxes are apart and dx ≤ {@value
 *       #LEVEL}. Right of, above and below likewise.
 *   <li><b>inside</b> holds if a lies in front of b and every pixel of a is one of b, too; it fails
 *       if no pixel is common to both.
 *   <li><b>on</b> holds if b has a flat top (square, rectangle, table), a's box ends within {@value
 *       #TOUCH} of where b's begins, and a's centre is between b's left and right. It fails if the
 *       boxes are at least {@value #APART} apart, or if a's centre is below b's.
 *   <li><b>behind</b> holds if b lies in front of a, covers at least {@value #COVERED} of it, and
 *       is not inside it. It fails if no pixel is common to both, or if b is behind a.
 *   <li><b>near</b> holds if the boxes are apart by at most {@value #CLOSE}, and fails from {@value
 *       #FAR} on.
 *   <li><b>larger than</b> holds if a's longer side is at least {@value #LARGER} times b's, and
 *       fails if b's is at least so many times a's. Smaller than likewise.
 * </ul>
 *
 * What neither holds nor fails is unclear. Pixels are those of a picture of {@value
 * SceneRenderer#SIZE} a side, whatever size is drawn.
 */
public final class SceneGeometry {
  static final double TOUCH = .012;
  static final double STEP = .12;
  static final double LEVEL = .02;
  static final double APART = .05;
  static final double COVERED = .1;
  static final double CLOSE = .09;
  static final double FAR = .25;
  static final double LARGER = 1.4;

  /** Between these slopes a pair is diagonal: near, if close, and in no direction. */
  private static final double DIAGONAL = .6;

  private final List<Thing> things;

  /** Made when first needed: most pairs of boxes are apart. */
  private final @Nullable Stencil[] silhouettes;

  private SceneGeometry(List<Thing> things) {
    this.things = things;
    silhouettes = new Stencil[things.size()];
  }

  /** The geometry of a scene. */
  public static SceneGeometry of(Scene scene) {
    return of(scene.things());
  }

  static SceneGeometry of(List<Thing> things) {
    return new SceneGeometry(List.copyOf(things));
  }

  /** Whether a relation holds of two different things, by their indices. */
  public Verdict verdict(Relation relation, int subject, int object) {
    Box a = things.get(subject).box();
    Box b = things.get(object).box();
    return switch (relation) {
      case LEFT_OF -> direction(a, b, b.x0() - a.x1(), dx(a, b), dy(a, b));
      case RIGHT_OF -> direction(a, b, a.x0() - b.x1(), -dx(a, b), dy(a, b));
      case ABOVE -> direction(a, b, b.y0() - a.y1(), dy(a, b), dx(a, b));
      case BELOW -> direction(a, b, a.y0() - b.y1(), -dy(a, b), dx(a, b));
      case INSIDE -> inside(subject, object);
      case ON -> on(a, things.get(object).kind(), b);
      case BEHIND -> behind(subject, object);
      case NEAR -> near(a, b);
      case LARGER -> larger(things.get(subject), things.get(object));
      case SMALLER -> larger(things.get(object), things.get(subject));
    };
  }

  private static double dx(Box a, Box b) {
    return (b.x0() + b.x1() - a.x0() - a.x1()) / 2;
  }

  private static double dy(Box a, Box b) {
    return (b.y0() + b.y1() - a.y0() - a.y1()) / 2;
  }

  private static Verdict direction(Box a, Box b, double gap, double along, double across) {
    if (gap >= -TOUCH && along >= STEP && Math.abs(across) <= along / 2) {
      return Verdict.HOLDS;
    }
    return gap(a, b) > 0 && along <= LEVEL ? Verdict.FAILS : Verdict.UNCLEAR;
  }

  private Verdict inside(int subject, int object) {
    if (subject > object && covered(subject, object) == 1) {
      return Verdict.HOLDS;
    }
    return common(subject, object) == 0 ? Verdict.FAILS : Verdict.UNCLEAR;
  }

  private static Verdict on(Box a, Kind kind, Box b) {
    double centre = (a.x0() + a.x1()) / 2;
    boolean touches = Math.abs(a.y1() - b.y0()) <= TOUCH && centre >= b.x0() && centre <= b.x1();
    if (touches && kind.isSupport()) {
      return Verdict.HOLDS;
    }
    boolean under = dy(a, b) <= 0 && gap(a, b) > 0;
    return under || gap(a, b) >= APART ? Verdict.FAILS : Verdict.UNCLEAR;
  }

  private Verdict behind(int subject, int object) {
    if (common(subject, object) == 0) {
      return Verdict.FAILS;
    }
    int back = Math.min(subject, object);
    int front = Math.max(subject, object);
    boolean overlap = covered(back, front) >= COVERED && covered(front, back) < .8;
    if (!overlap) {
      return Verdict.UNCLEAR;
    }
    return subject == back ? Verdict.HOLDS : Verdict.FAILS;
  }

  private Verdict near(Box a, Box b) {
    double gap = gap(a, b);
    if (gap > 0 && gap <= CLOSE) {
      return Verdict.HOLDS;
    }
    return gap >= FAR ? Verdict.FAILS : Verdict.UNCLEAR;
  }

  private static Verdict larger(Thing a, Thing b) {
    if (a.extent() >= LARGER * b.extent()) {
      return Verdict.HOLDS;
    }
    return b.extent() >= LARGER * a.extent() ? Verdict.FAILS : Verdict.UNCLEAR;
  }

  /** The distance of two boxes; 0 if they touch. */
  static double gap(Box a, Box b) {
    double x = Math.max(0, Math.max(b.x0() - a.x1(), a.x0() - b.x1()));
    double y = Math.max(0, Math.max(b.y0() - a.y1(), a.y0() - b.y1()));
    return Math.sqrt(x * x + y * y);
  }

  private int common(int a, int b) {
    boolean apart = gap(things.get(a).box(), things.get(b).box()) > 0;
    return apart ? 0 : silhouette(a).common(silhouette(b));
  }

  private Stencil silhouette(int thing) {
    Stencil known = silhouettes[thing];
    if (known == null) {
      known = Stencil.silhouette(things.get(thing), SceneRenderer.SIZE);
      silhouettes[thing] = known;
    }
    return known;
  }

  /** Which part of a thing's pixels are another's, too. */
  double covered(int thing, int other) {
    return (double) common(thing, other) / silhouette(thing).area();
  }

  /**
   * Where the subject is: the first placement that holds, in the order of {@link
   * Relation#PLACEMENTS}; near only of diagonal pairs, which no direction comes close to. None: not
   * asked about.
   */
  public Optional<Relation> placement(int subject, int object) {
    for (Relation relation : Relation.PLACEMENTS) {
      if (verdict(relation, subject, object) == Verdict.HOLDS
          && (relation != Relation.NEAR || diagonal(subject, object))) {
        return Optional.of(relation);
      }
    }
    return Optional.empty();
  }

  private boolean diagonal(int subject, int object) {
    Box a = things.get(subject).box();
    Box b = things.get(object).box();
    double x = Math.abs(dx(a, b));
    double y = Math.abs(dy(a, b));
    return Math.min(x, y) >= DIAGONAL * Math.max(x, y);
  }

  /** Larger or smaller, or neither clearly. */
  public Optional<Relation> comparison(int subject, int object) {
    return switch (verdict(Relation.LARGER, subject, object)) {
      case HOLDS -> Optional.of(Relation.LARGER);
      case FAILS -> Optional.of(Relation.SMALLER);
      case UNCLEAR -> Optional.empty();
    };
  }

  /** Which part of a thing is not hidden by those in front of it. */
  public double visible(int thing) {
    Stencil whole = silhouette(thing);
    int hidden = 0;
    for (int y = whole.top(); y < whole.bottom(); y++) {
      for (int x = whole.left(); x < whole.right(); x++) {
        hidden += whole.covers(x, y) && isHidden(thing, x, y) ? 1 : 0;
      }
    }
    return 1 - (double) hidden / whole.area();
  }

  private boolean isHidden(int thing, int x, int y) {
    for (int other = thing + 1; other < things.size(); other++) {
      if (silhouette(other).covers(x, y)) {
        return true;
      }
    }
    return false;
  }
}
