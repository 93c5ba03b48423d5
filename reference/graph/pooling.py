"""Golden node features: `python pooling.py > pooling.json`.

The mean over every pixel of a mask of torch's bilinear sample of a feature map at the pixel's centre,
pixel by pixel, as the Scene Graph Expression module defines it. Goes to
core/src/test/resources/graph/pooling.json. Needs torch.
"""
import json
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(3)


def pool(features, pixels, height, width):
    """features d x h_v x w_v; pixels (y, x) of the mask on a canvas of height x width."""
    ys = (torch.tensor([p[0] for p in pixels], dtype=torch.float64) + 0.5) / height
    xs = (torch.tensor([p[1] for p in pixels], dtype=torch.float64) + 0.5) / width
    grid = torch.stack([xs * 2 - 1, ys * 2 - 1], -1)[None, None]
    samples = F.grid_sample(features[None].double(), grid, mode="bilinear", padding_mode="border", align_corners=False)
    return samples[0, :, 0].mean(1)


def counts(mask):
    flat, runs, value = mask.t().flatten().int().tolist(), [0], 0
    for v in flat:
        if v != value:
            runs.append(0)
            value = v
        runs[-1] += 1
    return runs


def case(name, height, width, canvas, grid):
    d, n = 3, 4
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    masks = [
        torch.rand(height, width) < 0.3,
        (x - width * 0.4) ** 2 + (y - height * 0.6) ** 2 < (min(height, width) * 0.3) ** 2,
        torch.ones(height, width, dtype=torch.bool),
        (x < width / 10) & (y < height / 10),
    ]
    if canvas == "padded":
        s = max(height, width)
        canvas_h, canvas_w, dy, dx = s, s, (s - height) // 2, (s - width) // 2
    elif canvas == "centre-cropped":
        s = min(height, width)
        canvas_h, canvas_w, dy, dx = s, s, -((height - s) // 2), -((width - s) // 2)
    else:
        canvas_h, canvas_w, dy, dx = height, width, 0, 0
    features = torch.round(torch.randn(d, *grid) * 1000) / 1000
    expected = []
    for m in masks:
        pixels = [(a + dy, b + dx) for a, b in m.nonzero().tolist()]
        pixels = [(a, b) for a, b in pixels if 0 <= a < canvas_h and 0 <= b < canvas_w]
        expected.append(pool(features, pixels, canvas_h, canvas_w).tolist() if pixels else None)
    return {
        "name": name, "size": [height, width], "canvas": canvas, "grid": list(grid),
        "masks": [counts(m) for m in masks],
        "features": features.flatten(1).double().tolist(), "expected": expected,
    }


json.dump([
    case("wide photo, odd difference", 20, 37, "padded", (6, 6)),
    case("tall photo", 41, 18, "padded", (4, 4)),
    case("square photo", 24, 24, "padded", (24, 24)),
    case("fewer pixels than patches", 5, 9, "padded", (14, 14)),
    case("mask on the canvas, not square", 31, 45, "whole", (6, 6)),
    case("grid not square", 31, 45, "whole", (5, 3)),
    case("wide photo, cropped", 20, 37, "centre-cropped", (6, 6)),
    case("tall photo, cropped", 61, 18, "centre-cropped", (4, 4)),
], sys.stdout)
