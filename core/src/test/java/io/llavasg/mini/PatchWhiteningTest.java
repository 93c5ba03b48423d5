package io.llavasg.mini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.tensor.DType;
import io.llavasg.tensor.Device;
import io.llavasg.tensor.Scope;
import io.llavasg.tensor.Spatial;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatchWhiteningTest {
  private static final int SIDE = 16;
  private static final int PATCH = 2;

  /** Pictures whose neighbouring pixels are much alike. */
  private static float[] pictures(int count) {
    Random random = new Random(4);
    float[] pixels = new float[count * 3 * SIDE * SIDE];
    float value = 0;
    for (int i = 0; i < pixels.length; i++) {
      value = .9f * value + (float) random.nextGaussian();
      pixels[i] = value;
    }
    return pixels;
  }

  /** Over the pictures, its outputs are uncorrelated and equally loud. */
  @Test
  void outputsAreWhite() {
    float[] pixels = pictures(200);
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Tensor weight = Tensor.empty(DType.F32, Device.CPU, 12, 3, PATCH, PATCH);
            PatchWhitening.of(pixels, SIDE, PATCH).fill(weight, 12);
            Tensor images = Tensor.of(pixels, 200, 3, SIDE, SIDE);
            Tensor out =
                Spatial.conv2d(images, weight, null, PATCH, 0).permute(0, 2, 3, 1).reshape(-1, 12);
            Tensor centred = out.sub(out.mean(0));
            float[] covariance =
                centred
                    .transpose(0, 1)
                    .matmul(centred)
                    .div((double) centred.size(0))
                    .contiguous()
                    .toFloats();
            for (int i = 0; i < 144; i++) {
              assertThat(covariance[i]).isCloseTo(i % 13 == 0 ? .25f : 0, within(.005f));
            }
          }
          return true;
        });
  }

  /** The loudest components come first; what has no component is drawn. */
  @Test
  void moreOrFewerOutputsThanInputs() {
    float[] pixels = pictures(50);
    Torch.infer(
        () -> {
          try (var scope = Scope.open()) {
            Tensor few = Tensor.empty(DType.F32, Device.CPU, 3, 3, PATCH, PATCH);
            Tensor many = Tensor.empty(DType.F32, Device.CPU, 15, 3, PATCH, PATCH);
            PatchWhitening.of(pixels, SIDE, PATCH).fill(few, 12);
            PatchWhitening.of(pixels, SIDE, PATCH).fill(many, 12);
            float[] first = many.narrow(0, 0, 3).contiguous().toFloats();
            assertThat(few.toFloats()).containsExactly(first);
            double before = 0;
            for (int row = 0; row < 12; row++) {
              double length = many.select(0, row).norm().itemFloat();
              assertThat(length)
                  .as("what is quieter is raised more")
                  .isGreaterThanOrEqualTo(before);
              before = length;
            }
            float[] rest = many.narrow(0, 12, 3).contiguous().toFloats();
            for (float value : rest) {
              assertThat(value).isNotZero().isBetween(-.1f, .1f);
            }
          }
          return true;
        });
  }
}
