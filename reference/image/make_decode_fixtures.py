"""Writes small image files of every kind and what Pillow decodes them to.

    python3 make_decode_fixtures.py OUT [RAW]

OUT gets the files and decode.json: for every file its size and the SHA-256 of
Image.open(f).convert("RGB") and, under "upright", of the same after ImageOps.exif_transpose; or
"error" where Pillow refuses; what it makes of lossy WebP stands beside as PNG. RAW, if given, gets the decoded bytes, to look for differences.
"""

import hashlib
import io
import json
import struct
import sys
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

from png_writer import chunk, png
from synthetic import photo

W, H = 93, 61


def saved(image, format, **options):
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def segment(data, marker):
    """Offset and total length of the first JPEG segment with this marker."""
    at = 2
    while data[at + 1] != marker:
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return at, 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]


def without(data, marker):
    at, length = segment(data, marker)
    return data[:at] + data[at + length :]


def reframed(data, sampling, width, height):
    """The same coded blocks read with another sampling of the first component and another size."""
    at, _ = segment(data, 0xC0)
    patched = bytearray(data)
    patched[at + 5 : at + 9] = struct.pack(">HH", height, width)
    patched[at + 11] = sampling
    return bytes(patched)


def exif(orientation, order=">"):
    """TIFF header and one directory with a foreign entry and the orientation."""
    mark = b"MM" if order == ">" else b"II"
    return (mark + struct.pack(order + "HIH", 42, 8, 2) + struct.pack(order + "HHII", 0x0100, 4, 1, 7)
            + struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack(order + "I", 0))


def jpegs():
    image = photo(W, H)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        yield f"jpeg-{name}.jpg", saved(image, "JPEG", quality=85, subsampling=sampling)
        yield f"jpeg-{name}-progressive.jpg", saved(image, "JPEG", quality=75, subsampling=sampling, progressive=True)
    yield "jpeg-low-quality.jpg", saved(photo(130, 70, 3), "JPEG", quality=8)
    yield "jpeg-restarts.jpg", saved(image, "JPEG", quality=85, restart_marker_blocks=3)
    yield "jpeg-440.jpg", reframed(saved(photo(64, 64, 1), "JPEG", subsampling=1), 0x12, 61, 62)
    yield "jpeg-411.jpg", reframed(saved(photo(64, 64, 1), "JPEG", subsampling=2), 0x41, 125, 29)
    grey = Image.fromarray(image).convert("L")
    yield "jpeg-grey.jpg", saved(grey, "JPEG", quality=85)
    yield "jpeg-grey-progressive.jpg", saved(grey, "JPEG", quality=85, progressive=True)
    for width, height in ((1, 1), (1, 50), (50, 1), (2, 3), (17, 9)):
        yield f"jpeg-{width}x{height}.jpg", saved(photo(width, height, 2), "JPEG", quality=90)
    cmyk = Image.merge("CMYK", [Image.fromarray(p) for p in (*photo(W, H).transpose(2, 0, 1), photo(W, H, 5)[..., 0] // 2)])
    adobe = saved(cmyk, "JPEG", quality=90)
    at, _ = segment(adobe, 0xEE)
    ycck = bytearray(adobe)
    ycck[at + 15] = 2
    yield "jpeg-cmyk-adobe.jpg", adobe
    yield "jpeg-cmyk-plain.jpg", without(adobe, 0xEE)
    yield "jpeg-ycck-adobe.jpg", bytes(ycck)
    yield "jpeg-cmyk-progressive.jpg", saved(cmyk, "JPEG", quality=80, progressive=True)
    rgb = saved(image, "JPEG", quality=85, keep_rgb=True)
    yield "jpeg-rgb.jpg", rgb
    plain = saved(image, "JPEG", quality=85, subsampling=0)
    yield "jpeg-no-jfif-444.jpg", without(plain, 0xE0)
    yield "jpeg-no-jfif-420.jpg", without(saved(image, "JPEG", quality=85), 0xE0)
    app14 = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"
    bare = without(plain, 0xE0)
    yield "jpeg-adobe-0.jpg", bare[:2] + app14 + b"\x00" + bare[2:]
    yield "jpeg-adobe-1.jpg", bare[:2] + app14 + b"\x01" + bare[2:]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    yield "jpeg-icc.jpg", saved(image, "JPEG", quality=85, icc_profile=profile)
    yield "jpeg-icc-broken.jpg", saved(image, "JPEG", quality=85, icc_profile=b"no profile at all")
    yield "jpeg-comment.jpg", saved(image, "JPEG", quality=85, comment=b"hello \xff\xd8 \xff\xc0 there")
    small = photo(23, 14, 4)
    for orientation in range(0, 10):
        order = "><"[orientation % 2]
        yield f"jpeg-orientation-{orientation}.jpg", saved(small, "JPEG", exif=b"Exif\0\0" + exif(orientation, order))
    yield "jpeg-exif-broken.jpg", saved(small, "JPEG", exif=b"Exif\0\0" + exif(6)[:19])
    baseline, progressive = saved(image, "JPEG", quality=85), saved(image, "JPEG", quality=85, progressive=True)
    yield "jpeg-no-eoi.jpg", baseline[:-2]
    yield "jpeg-no-eoi-progressive.jpg", progressive[:-2]
    yield "jpeg-trailing.jpg", baseline + b"\0\xff\xd8 trailing bytes"
    yield "bad-jpeg-half.jpg", baseline[: len(baseline) // 2]
    yield "bad-jpeg-most.jpg", baseline[:-40]
    yield "bad-jpeg-half-progressive.jpg", progressive[: len(progressive) // 2]
    yield "bad-jpeg-header.jpg", baseline[:300]
    yield "bad-jpeg-magic.jpg", baseline[:3]
    yield "bad-jpeg-huge.jpg", reframed(baseline, 0x22, 30000, 30000)
    yield "bad-jpeg-12-bit.jpg", baseline[: segment(baseline, 0xC0)[0] + 4] + b"\x0c" + baseline[segment(baseline, 0xC0)[0] + 5 :]


def pngs():
    image, noise = photo(37, 29), photo(37, 29, 7)
    deep = image.astype(np.int64) * 256 + noise
    palette = chunk(b"PLTE", photo(16, 16, 6).tobytes())
    for suffix, interlaced in (("", False), ("-interlaced", True)):
        for depth in (1, 2, 4, 8):
            samples = image[..., :1] >> (8 - depth)
            yield f"png-grey{depth}{suffix}.png", png(samples, 0, depth, interlaced)
            few = chunk(b"PLTE", photo(2**depth, 1, 6).tobytes())
            yield f"png-palette{depth}{suffix}.png", png(samples, 3, depth, interlaced, few)
        yield f"png-grey16{suffix}.png", png(deep[..., :1] >> 5, 0, 16, interlaced)
        yield f"png-rgb8{suffix}.png", png(image, 2, 8, interlaced)
        yield f"png-rgb16{suffix}.png", png(deep, 2, 16, interlaced)
        yield f"png-grey-alpha8{suffix}.png", png(np.dstack([image[..., 0], noise[..., 0]]), 4, 8, interlaced)
        yield f"png-grey-alpha16{suffix}.png", png(np.dstack([deep[..., 0], deep[..., 1]]), 4, 16, interlaced)
        yield f"png-rgba8{suffix}.png", png(np.dstack([image, noise[..., 0]]), 6, 8, interlaced)
        yield f"png-rgba16{suffix}.png", png(np.dstack([deep, deep[..., 0]]), 6, 16, interlaced)
    index = image[..., :1]
    yield "png-palette-alpha.png", png(index, 3, 8, False, palette + chunk(b"tRNS", bytes(range(200))))
    yield "png-palette-transparent.png", png(index, 3, 8, False, palette + chunk(b"tRNS", b"\xff\xff\x00"))
    yield "png-palette-short.png", png(index, 3, 8, False, chunk(b"PLTE", photo(16, 4, 6).tobytes()))
    yield "png-grey-transparent.png", png(image[..., :1], 0, 8, False, chunk(b"tRNS", b"\0\x50"))
    yield "png-grey1-transparent.png", png(image[..., :1] >> 7, 0, 1, False, chunk(b"tRNS", b"\0\x01"))
    yield "png-rgb-transparent.png", png(image, 2, 8, False, chunk(b"tRNS", b"\0\x50\0\x60\0\x70"))
    yield "png-gamma-icc.png", png(image, 2, 8, False, chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"iCCP", b"x\0\0junk"))
    yield "png-unknown-chunk.png", png(image, 2, 8, False, chunk(b"abCd", b"whatever"))
    for orientation in (3, 6):
        yield f"png-orientation-{orientation}.png", png(photo(9, 5), 2, 8, False, chunk(b"eXIf", exif(orientation)))
    for width, height in ((1, 1), (1, 7), (7, 1), (3, 5)):
        yield f"png-{width}x{height}-interlaced.png", png(photo(width, height), 2, 8, True)
    good = png(image, 2, 8)
    yield "png-no-iend.png", good[:-12]
    yield "bad-png-half.png", good[: len(good) // 2]
    yield "bad-png-header.png", good[:20]
    yield "bad-png-signature.png", good[:8]
    yield "bad-png-huge.png", png(image, 2, 8, declared=(30000, 30000))
    yield "png-no-palette.png", png(image[..., :1], 3, 8)
    yield "bad-png-data.png", good[:60] + bytes([good[60] ^ 255]) + good[61:]


def gif_frame_inside(transparent):
    """A screen of 20 x 12 whose first frame covers 7 x 5 of it at (4, 3)."""
    frame = saved(Image.fromarray(photo(7, 5)).quantize(8), "GIF")
    body = bytearray(frame[frame.index(b",", 13 + 24) :])
    body[1:5] = struct.pack("<HH", 4, 3)
    control = b"!\xf9\x04" + bytes([int(transparent), 0, 0, 5]) + b"\0"
    return b"GIF89a" + struct.pack("<HH", 20, 12) + frame[10:13] + frame[13:37] + control + bytes(body)


def gifs():
    image = Image.fromarray(photo(45, 33))
    yield "gif-palette.gif", saved(image.quantize(200), "GIF", interlace=0)
    yield "gif-interlaced.gif", saved(image.quantize(64), "GIF", interlace=1)
    yield "gif-grey.gif", saved(image.convert("L"), "GIF")
    yield "gif-transparent.gif", saved(image.quantize(16), "GIF", transparency=3)
    yield "gif-animated.gif", saved(image.quantize(16), "GIF", save_all=True, append_images=[Image.fromarray(photo(45, 33, 9)).quantize(16)])
    yield "gif-frame-inside.gif", gif_frame_inside(False)
    yield "gif-frame-inside-transparent.gif", gif_frame_inside(True)
    good = saved(image.quantize(64), "GIF")
    yield "bad-gif-half.gif", good[: len(good) // 2]
    yield "bad-gif-header.gif", good[:9]
    yield "bad-gif-huge.gif", good[:6] + struct.pack("<HH", 30000, 30000) + good[10:]


def bmp(bits, compression, pixels, width, height, tail=b"", colours=0):
    offset = 54 + len(tail)
    return (b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(pixels), 2835, 2835, colours, 0)
            + tail + pixels)


def bmps():
    image = photo(31, 22)
    picture = Image.fromarray(image)
    yield "bmp-rgb24.bmp", saved(picture, "BMP")
    yield "bmp-rgba32.bmp", saved(picture.convert("RGBA"), "BMP")
    yield "bmp-palette8.bmp", saved(picture.quantize(100), "BMP")
    yield "bmp-grey8.bmp", saved(picture.convert("L"), "BMP")
    yield "bmp-mono1.bmp", saved(picture.convert("1"), "BMP")
    words = np.random.default_rng(1).integers(0, 65536, (4, 6)).astype("<u2")
    yield "bmp-rgb555.bmp", bmp(16, 0, words.tobytes(), 6, 4)
    yield "bmp-rgb565.bmp", bmp(16, 3, words.tobytes(), 6, 4, struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    bgrx = np.dstack([photo(6, 4)[..., ::-1], np.full((4, 6), 17, np.uint8)])
    yield "bmp-rgb32.bmp", bmp(32, 0, bgrx.tobytes(), 6, 4)
    yield "bmp-top-down.bmp", bmp(32, 0, bgrx.tobytes(), 6, -4)
    table = np.dstack([photo(4, 4)[..., ::-1], np.zeros((4, 4), np.uint8)]).tobytes()
    yield "bmp-palette4.bmp", bmp(4, 0, bytes(range(0x10, 0xF0, 14)), 7, 4, table, 16)
    yield "bmp-rle8.bmp", bmp(8, 1, b"\x05\x03\x02\x07\0\0\0\x03\x01\x02\x03\0\x04\x0b\0\0\x07\x01\0\x01", 7, 3, table, 16)
    good = saved(picture, "BMP")
    yield "bad-bmp-half.bmp", good[: len(good) // 2]
    yield "bad-bmp-header.bmp", good[:20]
    yield "bad-bmp-huge.bmp", good[:18] + struct.pack("<ii", 30000, 30000) + good[26:]


def webps():
    image = photo(75, 53)
    alpha = np.dstack([image, photo(75, 53, 8)[..., 0]])
    for width, height in ((75, 53), (64, 48), (1, 1), (2, 2), (1, 40), (40, 1), (17, 16), (16, 33)):
        yield f"webp-lossy-{width}x{height}.webp", saved(photo(width, height), "WEBP", quality=80)
    for quality in (5, 50, 100):
        yield f"webp-lossy-quality-{quality}.webp", saved(photo(90, 70, quality), "WEBP", quality=quality, method=6)
    yield "webp-lossless.webp", saved(image, "WEBP", lossless=True)
    yield "webp-lossless-few-colours.webp", saved(Image.fromarray(image).quantize(7).convert("RGB"), "WEBP", lossless=True)
    yield "webp-lossless-alpha.webp", saved(alpha, "WEBP", lossless=True, exact=True)
    yield "webp-lossy-alpha.webp", saved(alpha, "WEBP", quality=80)
    yield "webp-orientation-6.webp", saved(photo(20, 11), "WEBP", quality=80, exif=exif(6))
    yield "webp-icc.webp", saved(photo(20, 11), "WEBP", quality=80, icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes())
    frames = [Image.fromarray(photo(24, 18, s)) for s in (1, 2)]
    yield "webp-animated.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], quality=80)
    good, lossless = saved(image, "WEBP", quality=80), saved(image, "WEBP", lossless=True)
    yield "bad-webp-half.webp", good[: len(good) // 2]
    yield "bad-webp-half-lossless.webp", lossless[: len(lossless) // 2]
    yield "bad-webp-header.webp", good[:18]


def others():
    yield "bad-empty.jpg", b""
    yield "bad-text.png", b"this is a text and no image\n"


def described(data):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data))
            stored = image.convert("RGB")
            upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    except Exception as error:  # whatever Pillow says, it is a refusal
        return {"error": f"{type(error).__name__}: {error}".split("<_io")[0]}, b""
    pixels = stored.tobytes()
    return {"width": stored.width, "height": stored.height, "sha256": hashlib.sha256(pixels).hexdigest(),
            "upright": {"width": upright.width, "height": upright.height,
                        "sha256": hashlib.sha256(upright.tobytes()).hexdigest()}}, pixels


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    expected = {}
    for make in (jpegs, pngs, gifs, bmps, webps, others):
        for name, data in make():
            (out / name).write_bytes(data)
            expected[name], pixels = described(data)
            if len(sys.argv) > 2 and pixels:
                Path(sys.argv[2], name + ".rgb").write_bytes(pixels)
    (out / "decode.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
