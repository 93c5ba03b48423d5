package io.llavasg.mini.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llavasg.mini.perception.SetLoss.Truth;
import io.llavasg.perception.groundingdino.Caption;
import io.llavasg.perception.groundingdino.GroundingDinoModel.Output;
import io.llavasg.perception.groundingdino.TextPrompt;
import io.llavasg.perception.groundingdino.Variant;
import io.llavasg.tensor.Autograd;
import io.llavasg.tensor.Functional;
import io.llavasg.tensor.Tensor;
import io.llavasg.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Losses and gradients of reference implementations; float32 sums of some hundred terms. */
class LossesTest {
  private static final double TOLERANCE = 1e-5;

  /** As perception.py has it. */
  private static final Caption CAPTION =
      new Caption(
          TextPrompt.of(
              List.of(101, 5, 6, 1012, 7, 1012, 8, 9, 10, 1012, 11, 1012, 102), Variant.OFFICIAL),
          List.of(
              new Caption.Tag("a", List.of(1, 2)),
              new Caption.Tag("b", List.of(4)),
              new Caption.Tag("c", List.of(6, 7, 8)),
              new Caption.Tag("d", List.of(10))));

  private final Golden golden = Golden.of("/mini/perception/losses.safetensors");

  @Test
  void ramsAsymmetricLoss() {
    checkAsymmetric("ram", AsymmetricLoss.RAM);
  }

  @Test
  void anAsymmetricLossThatFocusesOnPositiveLabelsToo() {
    checkAsymmetric("asymmetric", new AsymmetricLoss(4, 1, .1));
  }

  private void checkAsymmetric(String name, AsymmetricLoss loss) {
    Torch.train(
        () -> {
          Tensor logits = golden.leaf(name + ".logits");
          Tensor value = loss.of(logits, golden.tensor(name + ".targets"));
          check(name, value);
          golden.assertGradient(logits, name + ".logits.gradient", TOLERANCE);
          return true;
        });
  }

  private void check(String name, Tensor loss) {
    Golden.assertClose(loss.reshape(1), golden.tensor(name + ".loss"), TOLERANCE, name);
    Autograd.backward(loss);
  }

  @Test
  void samsMaskLoss() {
    Torch.train(
        () -> {
          Tensor logits = golden.leaf("masks.logits");
          Tensor quality = golden.leaf("masks.quality");
          Tensor targets = golden.tensor("masks.targets");
          check("masks", MaskLoss.PUBLISHED.of(logits, targets, quality));
          golden.assertGradient(logits, "masks.logits.gradient", TOLERANCE);
          golden.assertGradient(quality, "masks.quality.gradient", TOLERANCE);
          return true;
        });
  }

  @Test
  void theLossOfAllLayersOfADetector() {
    Torch.train(
        () -> {
          Tensor classes = golden.leaf("detector.classes");
          Tensor boxes = golden.leaf("detector.boxes");
          Tensor encoderClasses = golden.leaf("detector.encoder_classes");
          Tensor encoderBoxes = golden.leaf("detector.encoder_boxes");
          List<Output> outputs = new ArrayList<>();
          outputs.add(new Output(encoderClasses, encoderBoxes));
          for (int layer = 0; layer < 3; layer++) {
            outputs.add(new Output(classes.select(0, layer), boxes.select(0, layer)));
          }
          float[] truth = golden.tensor("detector.truth").toFloats();
          List<List<Truth>> truths =
              List.of(
                  List.of(truth(0, truth, 0), truth(2, truth, 1), truth(2, truth, 2)),
                  List.of(truth(3, truth, 3)));
          check("detector", SetLoss.PUBLISHED.of(outputs, CAPTION, truths));
          golden.assertGradient(classes, "detector.classes.gradient", TOLERANCE);
          golden.assertGradient(boxes, "detector.boxes.gradient", TOLERANCE);
          golden.assertGradient(encoderClasses, "detector.encoder_classes.gradient", TOLERANCE);
          golden.assertGradient(encoderBoxes, "detector.encoder_boxes.gradient", TOLERANCE);
          return true;
        });
  }

  private static Truth truth(int phrase, float[] boxes, int index) {
    int at = 4 * index;
    return new Truth(phrase, boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]);
  }

  @Test
  void picturesWithoutAnyThingHaveALossOfLikenessAlone() {
    Torch.train(
        () -> {
          Tensor logits = golden.leaf("detector.encoder_classes");
          Tensor boxes = golden.leaf("detector.encoder_boxes");
          Tensor loss =
              SetLoss.PUBLISHED.of(
                  List.of(new Output(logits, boxes)), CAPTION, List.of(List.of(), List.of()));
          Autograd.backward(loss);
          Tensor negatives = FocalLoss.PUBLISHED.of(logits, logits.mul(0)).sum().mul(2);
          assertThat(loss.itemFloat()).isEqualTo(negatives.itemFloat());
          assertThat(Autograd.gradient(boxes)).isEmpty();
          return true;
        });
  }

  @Test
  void overlapsOfArraysAndOfTensorsAgree() {
    Torch.train(
        () -> {
          float[] boxes = golden.tensor("detector.encoder_boxes").toFloats();
          int count = boxes.length / 4;
          Tensor all = Tensor.of(boxes, count, 4);
          Tensor others = Functional.cat(0, all.narrow(0, 1, count - 1), all.narrow(0, 0, 1));
          float[] overlaps = BoxOverlap.generalised(all, others).toFloats();
          for (int i = 0; i < count; i++) {
            double expected = BoxOverlap.generalised(boxes, 4 * i, boxes, 4 * ((i + 1) % count));
            assertThat((double) overlaps[i]).isCloseTo(expected, within(1e-5));
          }
          return true;
        });
  }

  @AfterEach
  void close() {
    golden.close();
  }
}
