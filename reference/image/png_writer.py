"""A PNG encoder for what Pillow cannot write: any colour type and depth, Adam7 interlacing, broken files."""

import struct
import zlib

import numpy as np

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(samples, depth):
    """Scan lines of H x W x C samples; the filter type goes round all five."""
    height, width, channels = samples.shape
    if depth == 16:
        packed = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    elif depth == 8:
        packed = samples.astype(np.uint8).reshape(height, -1)
    else:
        bits = (samples.reshape(height, -1, 1) >> np.arange(depth - 1, -1, -1)) & 1
        packed = np.packbits(bits.reshape(height, -1).astype(np.uint8), axis=1)
    step = max(1, depth * channels // 8)
    previous = np.zeros(packed.shape[1], np.int64)
    out = bytearray()
    for y, row in enumerate(packed.astype(np.int64)):
        kind = y % 5
        left = np.concatenate([np.zeros(step, np.int64), row])[: len(row)]
        corner = np.concatenate([np.zeros(step, np.int64), previous])[: len(row)]
        if kind == 4:
            estimate = left + previous - corner
            a, b, c = abs(estimate - left), abs(estimate - previous), abs(estimate - corner)
            guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, previous, corner))
        else:
            guess = [0, left, previous, (left + previous) // 2][kind]
        out += bytes([kind]) + ((row - guess) % 256).astype(np.uint8).tobytes()
        previous = row
    return bytes(out)


def png(samples, colour, depth, interlaced=False, before_data=b"", declared=None):
    """colour: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha; declared: a false (width, height)."""
    height, width, _ = samples.shape
    if interlaced:
        passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(rows(p, depth) for p in passes if p.size)
    else:
        data = rows(samples, depth)
    header = struct.pack(">IIBBBBB", *(declared or (width, height)), depth, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before_data
            + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))
