"""Entities files: COCO run-length masks, which entities become nodes, and masks on the padded canvas."""

import numpy as np


def runs(mask):
    """Column-major run lengths of a binary (H, W) mask, starting with the zeros."""
    flat = np.asarray(mask, dtype=np.uint8).ravel(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    bounds = np.concatenate([[0], edges, [flat.size]])
    counts = np.diff(bounds).tolist()
    return counts if flat[0] == 0 else [0] + counts


def compress(counts):
    """COCO's string form: differences to the count two before, in 5-bit groups, low first, from character 48."""
    text = []
    for i, count in enumerate(counts):
        value = count - counts[i - 2] if i > 2 else count
        more = True
        while more:
            group = value & 0x1F
            value >>= 5
            more = value != (-1 if group & 0x10 else 0)
            text.append(chr((group | 0x20 if more else group) + 48))
    return "".join(text)


def decompress(text):
    counts, position = [], 0
    while position < len(text):
        value, shift, more = 0, 0, True
        while more:
            group = ord(text[position]) - 48
            value |= (group & 0x1F) << shift
            more = bool(group & 0x20)
            position, shift = position + 1, shift + 5
            if not more and group & 0x10:
                value |= -1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    return counts


def mask_of(segmentation):
    height, width = segmentation["size"]
    counts = segmentation["counts"]
    counts = decompress(counts) if isinstance(counts, str) else counts
    values = np.arange(len(counts)) % 2
    return np.repeat(values, counts).astype(np.uint8).reshape((height, width), order="F")


def nodes(entities, max_nodes):
    """The positions in the list of those that become nodes: non-empty masks, the best scores, in file order."""
    candidates = [i for i, e in enumerate(entities) if mask_of(e["segmentation"]).any()]
    best = sorted(candidates, key=lambda i: (-(1.0 if e_score(entities[i]) is None else e_score(entities[i])), i))
    return sorted(best[:max_nodes])


def e_score(entity):
    return entity.get("score")


def on_canvas(mask):
    """The mask on the square canvas that the image is padded to."""
    height, width = mask.shape
    side = max(width, height)
    canvas = np.zeros((side, side), dtype=np.uint8)
    left, top = (side - width) // 2, (side - height) // 2
    canvas[top : top + height, left : left + width] = mask
    return canvas
