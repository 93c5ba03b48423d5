"""Golden run-length encodings, from pycocotools (2.0.11): `python masks.py > rle.json`.

Goes to core/src/test/resources/graph/rle.json. Needs pycocotools and numpy.
"""
import json
import sys

import numpy as np
from pycocotools import mask as coco

rng = np.random.default_rng(7)


def blob(h, w):
    y, x = np.mgrid[:h, :w]
    return ((x - w * 0.45) ** 2 / w**2 + (y - h * 0.6) ** 2 / h**2) < 0.07


def corner(h, w):
    m = np.zeros((h, w), bool)
    m[0, 0] = True
    return m


masks = {
    "empty": np.zeros((5, 7), bool),
    "full": np.ones((5, 7), bool),
    "first pixel": corner(4, 6),
    "last pixel": corner(4, 6)[::-1, ::-1],
    "one pixel wide": np.array([[0, 1, 1, 0, 1]], bool).T,
    "one pixel high": np.array([[1, 0, 0, 1, 1, 1]], bool),
    "noise": rng.random((23, 17)) < 0.4,
    "sparse": rng.random((61, 90)) < 0.002,
    "ellipse": blob(40, 64),
    "large ellipse": blob(380, 570),
}


def entry(name, m):
    rle = coco.encode(np.asfortranarray(m.astype(np.uint8)))
    flat = m.flatten(order="F").astype(int)
    changes = np.flatnonzero(np.diff(np.concatenate([[0], flat]))).tolist()
    counts = np.diff([0, *changes, flat.size]).tolist()
    x, y, w, h = coco.toBbox(rle)
    assert coco.frPyObjects({"size": list(m.shape), "counts": counts}, *m.shape)["counts"] == rle["counts"] or not m.any() or m.all()
    return {
        "name": name,
        "size": list(m.shape),
        "counts": counts,
        "compressed": rle["counts"].decode(),
        "area": int(coco.area(rle)),
        "box": [x, y, x + w, y + h] if m.any() else None,
        "rows": ["".join(map(str, r)) for r in m.astype(int).tolist()] if m.size < 6000 else None,
    }


polygons = {
    "triangle": (30, 40, [[3.2, 4.1, 35.7, 8.3, 12.5, 27.9]]),
    "square": (10, 10, [[2, 2, 8, 2, 8, 8, 2, 8]]),
    "clockwise and back": (10, 10, [[2, 2, 2, 8, 8, 8, 8, 2]]),
    "leaves the image": (20, 20, [[-6.5, 3.0, 26.0, 11.0, 9.0, 31.0]]),
    "bow tie": (24, 24, [[2, 2, 20, 20, 20, 2, 2, 20]]),
    "two parts, overlapping": (30, 50, [[1, 1, 30, 2, 28, 25, 3, 20], [20.5, 10.5, 48.2, 12.9, 33.3, 29]]),
    "repeated point": (16, 16, [[2, 2, 2, 2, 13.4, 3, 9, 14.1]]),
    "star": (64, 64, [[v for k in range(14) for v in (
        round(32 + (29 if k % 2 else 11) * float(np.cos(k * np.pi / 7)), 2),
        round(32 + (29 if k % 2 else 11) * float(np.sin(k * np.pi / 7)), 2))]]),
    "random": (120, 90, [[round(float(v), 2) for v in rng.random(24) * 100]]),
}
polygon_entries = []
for name, (h, w, parts) in polygons.items():
    rle = coco.merge(coco.frPyObjects(parts, h, w))
    polygon_entries.append({"name": name, "size": [h, w], "polygons": parts, "compressed": rle["counts"].decode()})

a = coco.encode(np.asfortranarray(blob(40, 64).astype(np.uint8)))
b = coco.encode(np.asfortranarray(np.roll(blob(40, 64), 9, axis=1).astype(np.uint8)))
iou = {"size": [40, 64], "a": a["counts"].decode(), "b": b["counts"].decode(),
       "iou": float(coco.iou([a], [b], [0])[0, 0]),
       "union": coco.merge([a, b])["counts"].decode()}
json.dump({"masks": [entry(n, m) for n, m in masks.items()], "polygons": polygon_entries, "iou": iou}, sys.stdout)
