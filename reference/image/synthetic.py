"""Photo-like images made of integer arithmetic alone, so that the Java tests can draw the same ones."""

import numpy as np


def photo(width, height, seed=0):
    """H x W x 3 uint8: smooth gradients, hard-edged discs and hashed noise."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    channels = []
    for c in range(3):
        gradient = (x * (3 + c) + y * (5 - c) + seed * 31) // 4 % 511
        gradient = np.where(gradient > 255, 510 - gradient, gradient)
        dx, dy = x % 47 - 23, y % 53 - 26
        disc = np.where(dx * dx + dy * dy < 200 + 40 * c, 90, 0)
        hashed = (x * 73856093 ^ y * 19349663 ^ (c + seed) * 83492791) & 0xFFFFFF
        noise = (hashed * hashed >> 13) % 41 - 20
        channels.append(np.clip(gradient * 3 // 4 + disc + noise, 0, 255))
    return np.stack(channels, -1).astype(np.uint8)
