package io.llavasg.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class RgbImageTest {

  private final RgbImage photo = Fixtures.photo(7, 5, 1);

  @Test
  void ownsItsBytes() {
    byte[] bytes = photo.toBytes();
    RgbImage copy = RgbImage.of(7, 5, bytes);
    bytes[0]++;
    copy.toBytes()[1]++;
    assertThat(copy).isEqualTo(photo).hasSameHashCodeAs(photo);
    assertThat(RgbImage.of(7, 5, bytes)).isNotEqualTo(photo);
  }

  @Test
  void survivesABufferedImage() {
    assertThat(RgbImage.of(photo.toBufferedImage())).isEqualTo(photo);
    BufferedImage clear = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(1, 0, 0x00123456);
    assertThat(RgbImage.of(clear).pixel(1, 0)).isEqualTo(0x123456);
  }

  @Test
  void cropsWithinItsBorders() {
    RgbImage part = photo.crop(2, 1, 4, 3);
    assertThat(part.size()).isEqualTo(new Size(4, 3));
    assertThat(part.pixel(0, 0)).isEqualTo(photo.pixel(2, 1));
    assertThat(part.pixel(3, 2)).isEqualTo(photo.pixel(5, 3));
    assertThat(photo.crop(0, 0, 7, 5)).isEqualTo(photo);
    assertThatIllegalArgumentException().isThrownBy(() -> photo.crop(4, 0, 4, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> photo.crop(-1, 0, 2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> photo.crop(0, 0, 0, 1));
  }

  @Test
  void liesOnACanvasAndIsCutOffAtItsEdges() {
    RgbImage canvas = photo.onCanvas(new Size(6, 9), -3, 2, 0x0a141e);
    assertThat(canvas.pixel(0, 1)).isEqualTo(0x0a141e);
    assertThat(canvas.pixel(0, 2)).isEqualTo(photo.pixel(3, 0));
    assertThat(canvas.pixel(3, 6)).isEqualTo(photo.pixel(6, 4));
    assertThat(canvas.pixel(4, 6)).isEqualTo(0x0a141e);
    assertThat(canvas.pixel(0, 7)).isEqualTo(0x0a141e);
    assertThat(photo.onCanvas(new Size(2, 2), 50, 50, 0))
        .isEqualTo(RgbImage.of(2, 2, new byte[12]));
  }

  @Test
  void refusesBytesThatAreNoPixels() {
    assertThatIllegalArgumentException().isThrownBy(() -> RgbImage.of(2, 2, new byte[11]));
    assertThatIllegalArgumentException().isThrownBy(() -> RgbImage.of(0, 2, new byte[0]));
  }

  @Test
  void squareCanvasLeavesTheOddPixelAtTheEnd() {
    assertThat(SquareCanvas.around(new Size(7, 4))).isEqualTo(new SquareCanvas(7, 0, 1));
    assertThat(SquareCanvas.around(new Size(4, 7))).isEqualTo(new SquareCanvas(7, 1, 0));
    assertThat(SquareCanvas.around(new Size(5, 5))).isEqualTo(new SquareCanvas(5, 0, 0));
    RgbImage square = SquareCanvas.around(photo.size()).place(photo, 0x7a7468);
    assertThat(square.pixel(0, 0)).isEqualTo(0x7a7468);
    assertThat(square.pixel(0, 1)).isEqualTo(photo.pixel(0, 0));
    assertThat(square.pixel(6, 6)).isEqualTo(0x7a7468);
  }

  @Test
  void clipsMeanIsLlavasPaddingColour() {
    assertThat(PerChannel.CLIP_MEAN.toColour()).isEqualTo(122 << 16 | 116 << 8 | 104);
  }

  @Test
  void pixelValuesArePaddedWithZeros() {
    Normalize normalize = new Normalize(PerChannel.IMAGENET_MEAN, PerChannel.IMAGENET_STD);
    PixelValues values = normalize.apply(photo);
    PixelValues padded = values.zeroPadded(new Size(9, 6));
    assertThat(padded.shape()).containsExactly(3, 6, 9);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 6; y++) {
        for (int x = 0; x < 9; x++) {
          float expected = x < 7 && y < 5 ? values.values()[(c * 5 + y) * 7 + x] : 0;
          assertThat(padded.values()[(c * 6 + y) * 9 + x]).isEqualTo(expected);
        }
      }
    }
    assertThatIllegalArgumentException().isThrownBy(() -> values.zeroPadded(new Size(6, 9)));
  }
}
