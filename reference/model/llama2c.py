"""A tiny random model in llama2.c's file format, and the tokens that it prefers.

The forward pass is written plainly from llama2.c's description, in float64: rotary pairs are neighbouring dimensions
(2i, 2i + 1), unlike in Hugging Face's weights, and attention has a query head for each group of key-value heads.

    python3 reference/model/llama2c.py core/src/test/resources/model/llama2c
"""

import json
import pathlib
import struct
import sys

import numpy as np

DIM, HIDDEN, LAYERS, HEADS, KV_HEADS, VOCABULARY, LENGTH = 32, 40, 2, 4, 2, 61, 64
HEAD = DIM // HEADS
BOS = 1
STEPS = 48


def weights(seed):
    """In the order of the file."""
    rng = np.random.default_rng(seed)

    def normal(*shape):
        return (rng.standard_normal(shape) * 1.5 / np.sqrt(shape[-1])).astype(np.float32)

    def near_one(*shape):
        return (1 + 0.1 * rng.standard_normal(shape)).astype(np.float32)

    kv = KV_HEADS * HEAD
    angles = np.arange(LENGTH)[:, None] * 10000.0 ** (-np.arange(0, HEAD, 2) / HEAD)
    return {
        "embedding": normal(VOCABULARY, DIM) * np.float32(3),
        "attention_norm": near_one(LAYERS, DIM),
        "q": normal(LAYERS, DIM, DIM),
        "k": normal(LAYERS, kv, DIM),
        "v": normal(LAYERS, kv, DIM),
        "o": normal(LAYERS, DIM, DIM),
        "mlp_norm": near_one(LAYERS, DIM),
        "gate": normal(LAYERS, HIDDEN, DIM),
        "down": normal(LAYERS, DIM, HIDDEN),
        "up": normal(LAYERS, HIDDEN, DIM),
        "norm": near_one(DIM),
        "cos": np.cos(angles).astype(np.float32),
        "sin": np.sin(angles).astype(np.float32),
        "head": normal(VOCABULARY, DIM),
    }


def rms_norm(x, weight):
    return weight * x / np.sqrt(np.mean(x * x) + 1e-5)


def rotate(x, position):
    """x (heads, HEAD): each pair of neighbours is a complex number, turned by its angle."""
    angles = position * 10000.0 ** (-np.arange(0, HEAD, 2) / HEAD)
    turned = (x[:, 0::2] + 1j * x[:, 1::2]) * np.exp(1j * angles)
    out = np.empty_like(x)
    out[:, 0::2], out[:, 1::2] = turned.real, turned.imag
    return out


def forward(w, token, position, cache):
    """Logits after one more token; cache[layer] lists the keys and values so far."""
    x = w["embedding"][token]
    for layer in range(LAYERS):
        normed = rms_norm(x, w["attention_norm"][layer])
        q = rotate((w["q"][layer] @ normed).reshape(HEADS, HEAD), position)
        k = rotate((w["k"][layer] @ normed).reshape(KV_HEADS, HEAD), position)
        cache[layer].append((k, (w["v"][layer] @ normed).reshape(KV_HEADS, HEAD)))
        heads = []
        for head in range(HEADS):
            group = head * KV_HEADS // HEADS
            scores = np.array([q[head] @ keys[group] for keys, _ in cache[layer]]) / np.sqrt(HEAD)
            share = np.exp(scores - scores.max())
            share /= share.sum()
            heads.append(sum(s * values[group] for s, (_, values) in zip(share, cache[layer])))
        x = x + w["o"][layer] @ np.concatenate(heads)
        normed = rms_norm(x, w["mlp_norm"][layer])
        gate = w["gate"][layer] @ normed
        x = x + w["down"][layer] @ (gate / (1 + np.exp(-gate)) * (w["up"][layer] @ normed))
    return w["head"] @ rms_norm(x, w["norm"])


def greedy(w):
    token, ids, cache, margins = BOS, [], [[] for _ in range(LAYERS)], []
    for position in range(STEPS):
        logits = forward(w, token, position, cache)
        token = int(logits.argmax())
        ids.append(token)
        margins.append(float(np.diff(np.sort(logits)[-2:])[0]))
    return ids, min(margins)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    # A seed whose tokens vary, and are chosen by more than float32's rounding.
    for seed in range(1000):
        stored = weights(seed)
        ids, margin = greedy({name: value.astype(np.float64) for name, value in stored.items()})
        if len(set(ids)) > 20 and margin > 0.01:
            break
    # A negative vocabulary: the head is not the embedding table.
    header = struct.pack("<7i", DIM, HIDDEN, LAYERS, HEADS, KV_HEADS, -VOCABULARY, LENGTH)
    (out / "model.bin").write_bytes(header + b"".join(value.tobytes() for value in stored.values()))
    expected = {"seed": seed, "bos": BOS, "greedy_ids": ids, "smallest_margin": margin, "numpy": np.__version__}
    (out / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
