"""perception.py FIXTURES OUT: losses and gradients that train perception, from their reference implementations.

FIXTURES is core/src/test/resources/perception. Writes into OUT (core/src/test/resources/mini/perception):

assignment.safetensors  cost matrices and the least total cost, by scipy; ties, equal sizes, one row
losses.safetensors      inputs, losses and gradients: the asymmetric loss (written out from its paper, section 2, with
                        RAM's powers and margin), the loss of a detector (transformers' for Grounding-DINO, its
                        matching included), the loss of masks (transformers' focal and dice losses)
sam.safetensors         what transformers' autograd makes of sam/wide: the loss of a photo's boxes, and of the
                        same boxes on the photo mirrored, against drawn masks, and the gradient of every weight that boxes need
layers.safetensors      what the decoder's layers of groundingdino/tiny-a find before the last one, by transformers
"""

import json
import pathlib
import sys
from types import SimpleNamespace

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from scipy.optimize import linear_sum_assignment
from transformers import GroundingDinoForObjectDetection, SamModel
from transformers.loss.loss_for_object_detection import dice_loss, sigmoid_focal_loss
from transformers.loss.loss_grounding_dino import GroundingDinoForObjectDetectionLoss
from transformers.models.grounding_dino.modeling_grounding_dino import build_label_maps

FIXTURES, OUT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
torch.set_num_threads(1)
random = np.random.default_rng(7)


def floats(*shape, low=0.0, high=1.0):
    return torch.tensor(random.uniform(low, high, shape), dtype=torch.float32)


def save(name, tensors):
    OUT.mkdir(parents=True, exist_ok=True)
    save_file({key: value.detach().clone().contiguous() for key, value in tensors.items()}, OUT / name, {"format": "pt"})


def assignment():
    tensors = {}
    for rows, columns in [(1, 1), (1, 7), (3, 3), (5, 9), (8, 30), (30, 30), (12, 40)]:
        for kind in ["uniform", "whole"]:
            costs = random.uniform(-3, 3, (rows, columns))
            costs = np.round(costs) if kind == "whole" else costs
            row, column = linear_sum_assignment(costs)
            name = f"{kind}.{rows}.{columns}"
            tensors[name] = torch.tensor(costs)
            tensors[name + ".total"] = torch.tensor([costs[row, column].sum()])
    save("assignment.safetensors", tensors)


def asymmetric(logits, targets, negative, positive, margin):
    present = logits.sigmoid()
    absent = (1 - present + margin).clamp(max=1)
    certain = torch.where(targets == 1, present, absent)
    power = torch.where(targets == 1, positive, negative)
    focus = (1 - certain).pow(power).detach()
    return -(focus * certain.clamp(min=1e-8).log()).sum()


def masks_loss(logits, targets, quality):
    count = len(logits)
    logits, targets = logits.flatten(1), targets.flatten(1)
    focal = sigmoid_focal_loss(logits, targets, count)
    dice = dice_loss(logits, targets, count)
    inside = logits.detach() > 0
    union = (inside | (targets > 0.5)).sum(1).clamp(min=1)
    overlap = (inside & (targets > 0.5)).sum(1) / union
    return 20 * focal + dice + ((quality - overlap) ** 2).mean()


IDS = [101, 5, 6, 1012, 7, 1012, 8, 9, 10, 1012, 11, 1012, 102]
LABELS = [[0, 2, 2], [3]]


def detector_loss(outputs_class, outputs_coord, encoder_class, encoder_coord, boxes):
    labels = [
        {"class_labels": torch.tensor(own), "boxes": box} for own, box in zip(LABELS, boxes.split([len(own) for own in LABELS]))
    ]
    ids = torch.tensor([IDS, IDS])
    config = SimpleNamespace(
        class_cost=1.0,
        bbox_cost=5.0,
        giou_cost=2.0,
        focal_alpha=0.25,
        auxiliary_loss=True,
        two_stage=True,
        decoder_layers=len(outputs_class),
        bbox_loss_coefficient=5.0,
        giou_loss_coefficient=2.0,
    )
    loss, _, _ = GroundingDinoForObjectDetectionLoss(
        outputs_class[-1],
        labels,
        "cpu",
        outputs_coord[-1],
        config,
        build_label_maps(outputs_class[-1], ids),
        torch.ones_like(outputs_class[-1], dtype=torch.bool),
        outputs_class=outputs_class,
        outputs_coord=outputs_coord,
        encoder_logits=encoder_class,
        encoder_pred_boxes=encoder_coord,
    )
    return loss


def some_boxes(*shape):
    sides = floats(*shape, 2, low=0.05, high=0.5)
    return torch.cat([floats(*shape, 2, low=0.1, high=0.9), sides], -1)


def losses():
    tensors = {}

    def record(name, function, leaves, fixed):
        for leaf in leaves.values():
            leaf.requires_grad_(True)
        loss = function(*leaves.values(), *fixed.values())
        loss.backward()
        tensors[name + ".loss"] = loss.reshape(1)
        for key, value in {**leaves, **fixed}.items():
            tensors[f"{name}.{key}"] = value
        for key, leaf in leaves.items():
            tensors[f"{name}.{key}.gradient"] = leaf.grad

    logits = floats(4, 9, low=-6, high=6)
    logits[0, 0], logits[0, 1] = 40, -40
    targets = (floats(4, 9) < 0.3).float()
    targets[0, 0], targets[0, 1] = 0, 1
    record("ram", lambda x, y: asymmetric(x, y, 7, 0, 0.05), {"logits": logits}, {"targets": targets})
    record(
        "asymmetric", lambda x, y: asymmetric(x, y, 4, 1, 0.1), {"logits": logits.detach().clone()}, {"targets": targets}
    )
    record(
        "masks",
        lambda x, q, y: masks_loss(x, y, q),
        {"logits": floats(3, 12, 10, low=-4, high=4), "quality": floats(3)},
        {"targets": torch.cat([(floats(2, 12, 10) < 0.4).float(), torch.zeros(1, 12, 10)])},
    )
    record(
        "detector",
        lambda c, b, ec, eb, boxes: detector_loss(c, b, ec, eb, boxes),
        {
            "classes": floats(3, 2, 6, len(IDS), low=-4, high=3),
            "boxes": some_boxes(3, 2, 6),
            "encoder_classes": floats(2, 6, len(IDS), low=-4, high=3),
            "encoder_boxes": some_boxes(2, 6),
        },
        {"truth": some_boxes(sum(map(len, LABELS)))},
    )
    save("losses.safetensors", tensors)


def sam():
    folder = FIXTURES / "sam" / "wide"
    # Plain attention: the fused kernel has no gradient for relative positions.
    model = SamModel.from_pretrained(folder, attn_implementation="eager").float()
    boxes = torch.tensor(json.loads((folder / "expected.json").read_text())["cases"][0]["scaled"])
    pixels = load_file(folder / "expected.safetensors")["landscape.pixels"]
    output = model(
        torch.stack([pixels, pixels.flip(2)]), input_boxes=torch.stack([boxes, boxes]), multimask_output=False
    )
    logits = output.pred_masks.flatten(0, 2)
    quality = output.iou_scores.flatten()
    rows = torch.arange(logits.shape[1])
    centres = floats(len(logits), 2) * len(rows)
    targets = ((rows[:, None] - centres[:, 0, None, None]).abs() + (rows - centres[:, 1, None, None]).abs() < 15).float()
    loss = masks_loss(logits, targets, quality)
    loss.backward()
    tensors = {"loss": loss.reshape(1), "targets": targets}
    for name, weight in model.named_parameters():
        if weight.grad is not None and weight.grad.abs().sum() > 0:
            tensors["gradient." + name] = weight.grad
    save("sam.safetensors", tensors)


def layers():
    folder = FIXTURES / "groundingdino" / "tiny-a"
    model = GroundingDinoForObjectDetection.from_pretrained(folder).eval()
    inputs = load_file(folder / "expected.safetensors")
    ids = inputs["landscape.0.input_ids"].reshape(1, -1)
    pixels = inputs["landscape.pixel_values"]
    model.config.auxiliary_loss = True
    with torch.no_grad():
        output = model(
            pixel_values=pixels.reshape(1, *pixels.shape[-3:]),
            input_ids=ids,
            labels=[{"class_labels": torch.tensor([0]), "boxes": torch.tensor([[0.5, 0.5, 0.2, 0.2]])}],
        )
    tensors = {}
    for i, layer in enumerate(output.auxiliary_outputs):
        tensors[f"{i}.logits"] = layer["logits"][0, :, : ids.shape[1]]
        tensors[f"{i}.boxes"] = layer["pred_boxes"][0]
    save("layers.safetensors", tensors)


assignment()
losses()
sam()
layers()
