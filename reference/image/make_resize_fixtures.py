"""Writes what Pillow and transformers make of synthetic photos, as SHA-256 of the resulting bytes.

    python3 make_resize_fixtures.py OUT

OUT gets resize.json ("resize": Image.resize; "clip": LLaVA's padding and CLIPImageProcessor on its
Pillow path, float32 little-endian; "rules": target sizes of the detectors' processors).
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from transformers.image_transforms import get_size_with_aspect_ratio
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil

from synthetic import photo

FILTERS = {"BILINEAR": Image.BILINEAR, "BICUBIC": Image.BICUBIC}
PAIRS = [
    ((640, 480), (336, 336)), ((480, 640), (336, 448)), ((500, 375), (448, 336)), ((333, 500), (224, 336)),
    ((100, 75), (336, 252)), ((37, 41), (384, 384)), ((1000, 30), (336, 336)), ((5, 700), (336, 336)),
    ((1, 1), (7, 9)), ((1, 300), (50, 50)), ((300, 1), (40, 60)), ((64, 48), (1, 1)), ((640, 427), (1, 400)),
    ((640, 427), (640, 300)), ((640, 427), (300, 427)), ((640, 427), (640, 427)), ((1500, 1000), (1024, 683)),
    ((97, 61), (96, 62)), ((2, 2), (501, 3)), ((800, 600), (17, 13)),
    ((480, 640), (384, 384)), ((480, 640), (96, 96)), ((400, 900), (200, 200)), ((100, 280), (10, 100)),
    ((100, 281), (10, 100)), ((300, 1000), (600, 900)), ((5, 700), (336, 800)),
]
CLIP = [
    ({"size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56}}, (93, 61)),
    ({"size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56}}, (61, 94)),
    ({"size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56}}, (400, 7)),
    ({"size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56}}, (1, 1)),
    ({"size": 336, "crop_size": 336}, (640, 427)),
    ({"size": 40, "crop_size": 57}, (93, 61)),
    ({"size": {"height": 48, "width": 64}, "crop_size": {"height": 51, "width": 40}}, (93, 61)),
    ({"size": {"shortest_edge": 30}, "crop_size": 30, "resample": 2, "image_mean": [0.5, 0.4, 0.3],
      "image_std": [0.2, 0.3, 0.4], "rescale_factor": 0.01}, (50, 31)),
    ({}, (300, 260)),
]


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def resized(image, size, name):
    return digest(np.asarray(image.resize(size, FILTERS[name])))


def padded(image, mean):
    """LLaVA's expand2square."""
    side = max(image.size)
    canvas = Image.new("RGB", (side, side), tuple(int(x * 255) for x in mean))
    canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return canvas


def clip(config, size, pad):
    processor = CLIPImageProcessorPil(**config)
    image = Image.fromarray(photo(*size))
    pixels = processor(padded(image, processor.image_mean) if pad else image)["pixel_values"][0]
    assert pixels.dtype == np.float32
    return {"config": config, "width": size[0], "height": size[1], "pad": pad, "shape": list(pixels.shape),
            "sha256": digest(pixels), "first": [float(x) for x in pixels.ravel()[:3]]}


def rules():
    sam = SamImageProcessorPil()
    for width, height in ((570, 380), (640, 427), (427, 640), (333, 500), (100, 3000), (1, 1), (800, 800), (801, 1334), (1920, 1080), (37, 5000)):
        detr = get_size_with_aspect_ratio((height, width), 800, 1333)
        side = sam._get_preprocess_shape((height, width), 1024)
        yield {"width": width, "height": height, "shortestEdgeWithin": detr[::-1], "longestEdge": side[::-1]}


def main():
    out = Path(sys.argv[1])
    cases = []
    for seed, (source, target) in enumerate(PAIRS):
        image = Image.fromarray(photo(*source, seed))
        for name in FILTERS:
            cases.append({"seed": seed, "width": source[0], "height": source[1], "to": target, "filter": name,
                          "sha256": resized(image, target, name)})
    clips = [clip(config, size, pad) for config, size in CLIP for pad in (True, False)]
    expected = {"resize": cases, "clip": clips, "rules": list(rules())}
    (out / "resize.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
