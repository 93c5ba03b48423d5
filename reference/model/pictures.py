"""Four small pictures with things in them, drawn with numpy, and the masks of those things."""

import io

import numpy as np
from PIL import Image

import entities


def scene(width, height, seed):
    """A sky, a ground, a few blurred lights and grain: smooth and noisy at once, like a photo. (H, W, 3) in 0..1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    x, y = x / width, y / height
    sky, ground = rng.uniform(0.4, 1, 3), rng.uniform(0, 0.6, 3)
    blend = 1 / (1 + np.exp(-(y - 0.5 - 0.15 * np.sin(7 * x + seed)) * 18))[..., None]
    picture = sky * (1 - blend) * (1 - 0.3 * y[..., None]) + ground * blend
    for _ in range(5):
        cx, cy, size = rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0.05, 0.25)
        light = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / size**2)[..., None]
        picture = picture * (1 - light) + rng.uniform(0, 1, 3) * light
    return picture + rng.normal(0, 0.03, picture.shape)


def ellipse(width, height, cx, cy, rx, ry):
    y, x = np.mgrid[0:height, 0:width]
    return (((x + 0.5) / width - cx) / rx) ** 2 + (((y + 0.5) / height - cy) / ry) ** 2 <= 1


def polygon(width, height, *corners):
    """A convex polygon, corners in the unit square, clockwise on the screen."""
    y, x = np.mgrid[0:height, 0:width]
    x, y = (x + 0.5) / width, (y + 0.5) / height
    inside = np.ones((height, width), dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]):
        inside &= (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0
    return inside


def pixel(width, height, x, y):
    mask = np.zeros((height, width), dtype=bool)
    mask[y, x] = True
    return mask


def things(width, height):
    """Label, score (None: absent) and mask of each; some overlap, some touch a border, one is empty, one is a pixel."""
    return [
        ("ball", 0.91, ellipse(width, height, 0.3, 0.6, 0.18, 0.22)),
        ("boat", 0.62, polygon(width, height, (0.45, 0.5), (0.95, 0.35), (0.85, 0.75), (0.5, 0.8))),
        ("hill", None, ellipse(width, height, 0.5, 1.05, 0.7, 0.4)),
        ("light", 0.62, pixel(width, height, width - 1, 0)),
        ("lamp post", 0.35, polygon(width, height, (0.0, 0.1), (0.06, 0.0), (0.06, 1.0), (0.0, 1.0))),
        ("nothing", 0.99, np.zeros((height, width), dtype=bool)),
        ("big ball", 0.62, ellipse(width, height, 0.36, 0.5, 0.3, 0.35)),
        ("picture", 0.5, np.ones((height, width), dtype=bool)),
        ("stripes", 0.77, np.mgrid[0:height, 0:width][1] % 7 < 2),
    ]


def paint(picture, listed, seed):
    rng = np.random.default_rng(seed + 1000)
    for label, _, mask in listed:
        colour, strength = rng.uniform(0, 1, 3), 0.15 if label in ("picture", "stripes") else 0.8
        picture[mask] = picture[mask] * (1 - strength) + colour * strength
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def entities_file(name, listed, width, height):
    """Every other mask as a compressed string; every third entity with a box."""
    out = []
    for i, (label, score, mask) in enumerate(listed):
        entity = {"label": label}
        if score is not None:
            entity["score"] = score
        if i % 3 == 0 and mask.any():
            rows, columns = np.nonzero(mask)
            box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            entity["box"] = [float(v) for v in box]
        counts = entities.runs(mask)
        text = entities.compress(counts)
        assert entities.decompress(text) == counts
        entity["segmentation"] = {"size": [height, width], "counts": text if i % 2 else counts}
        assert (entities.mask_of(entity["segmentation"]) == mask).all()
        out.append(entity)
    return {"image": name, "entities": out}


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, subsampling=2, **options)
    return out.getvalue()


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def make():
    """(file name, bytes, its entities file as a dict) of each picture, the sizes those that a viewer shows."""
    out = []
    for seed, (name, width, height) in enumerate(
        [("wide.png", 101, 58), ("tall.png", 45, 96), ("odd.jpg", 131, 98), ("turned.jpg", 72, 107)]
    ):
        listed = things(width, height)
        image = Image.fromarray(paint(scene(width, height, seed), listed, seed))
        if name == "tall.png":  # an alpha channel, which is dropped, not composited
            alpha = (np.mgrid[0:height, 0:width][1] * 5 % 256).astype(np.uint8)
            image.putalpha(Image.fromarray(alpha))
        if name == "turned.jpg":  # stored on its side: orientation 6 is shown turned 90 degrees clockwise
            exif = Image.Exif()
            exif[0x0112] = 6
            data = jpeg(image.transpose(Image.Transpose.ROTATE_90), exif=exif)
        else:
            data = png(image) if name.endswith(".png") else jpeg(image)
        out.append((name, data, entities_file(name, listed, width, height)))
    return out
