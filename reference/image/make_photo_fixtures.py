"""Writes what Pillow makes of ten real photos, as SHA-256 of the resulting bytes.

    python3 make_photo_fixtures.py OUT SHARED

SHARED is a folder with data/coco128 and goldens; OUT gets photos.json: of each photo the decoded pixels, and those of
two smaller and two larger sizes, bicubic and bilinear.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

FILTERS = {"BILINEAR": Image.BILINEAR, "BICUBIC": Image.BICUBIC}
PHOTOS = 10


def digest(image):
    return hashlib.sha256(np.ascontiguousarray(np.asarray(image)).tobytes()).hexdigest()


def sizes(width, height):
    return [(336, 336 * height // width), (width // 3, height - 1), (width * 3 // 2, height * 3 // 2), (800, height + 7)]


def main():
    out, shared = Path(sys.argv[1]), Path(sys.argv[2])
    photos = sorted(shared.glob("data/coco128/**/*.jpg"))
    photos = photos[:: len(photos) // (PHOTOS - 1)][: PHOTOS - 1] + [shared / "goldens/extreme_ironing.jpg"]
    listed = []
    for path in photos:
        image = Image.open(path).convert("RGB")
        resized = [
            {"to": size, "filter": name, "sha256": digest(image.resize(size, kind))}
            for size in sizes(*image.size)
            for name, kind in FILTERS.items()
        ]
        listed.append({"photo": str(path.relative_to(shared)), "sha256": digest(image), "resized": resized})
    (out / "photos.json").write_text(json.dumps(listed, indent=1) + "\n")


if __name__ == "__main__":
    main()
