"""How few pictures a small vision transformer needs, by what it begins with and how it is trained.

    llava-sg world --out /tmp/crops --scenes 8000 --seed 5
    python3 reference/mini/tower.py /tmp/crops muon white local

Names the kind (of 40) of the one thing in a crop of 56 x 56 pixels, each crop seen
once; prints the share of right answers on the next crops, before they are trained on. Words:

    muon      Muon (Jordan et al., 2024) for the layers' matrices; else Adam for all
    white     the patch embedding begins as patches' principal components, equally loud
    mimetic   attention begins as Trockman and Kolter (2023) have it, with sine and cosine positions
    local     each head begins by looking at one neighbour; sharp=2 has it twice as sharp
"""

import json
import math
import pathlib
import sys
import time

import numpy
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

SIDE, PATCH, WIDTH, LAYERS, HEAD, BATCH, CROPS, WARMUP = 56, 8, 128, 4, 32, 64, 24000, 50
GRID = SIDE // PATCH
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])
NEIGHBOURS = [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (1, -1), (-1, 1)]
FASTEST = 1.2

folder = pathlib.Path(sys.argv[1])
words = set(sys.argv[2:])
sharp = next((float(word[6:]) for word in words if word.startswith("sharp=")), 1.0)
torch.manual_seed(0)
torch.set_num_threads(1)


def crops():
    """Up to CROPS crops with one thing's whole box in each, in chance order, and what they show."""
    random = numpy.random.default_rng(0)
    pixels, kinds = [], []
    for name in sorted((folder / "entities").iterdir()):
        picture = numpy.asarray(Image.open(folder / "images" / f"{name.stem}.png").convert("RGB"))
        for entity in json.loads(name.read_text())["entities"]:
            x0, y0, x1, y1 = (int(v) for v in entity["box"])
            if max(x1 - x0, y1 - y0) > SIDE - 4:
                continue
            low_x, high_x = max(0, x1 - SIDE + 1), min(x0, picture.shape[1] - SIDE)
            low_y, high_y = max(0, y1 - SIDE + 1), min(y0, picture.shape[0] - SIDE)
            if low_x > high_x or low_y > high_y:
                continue
            x, y = random.integers(low_x, high_x + 1), random.integers(low_y, high_y + 1)
            pixels.append(picture[y : y + SIDE, x : x + SIDE])
            kinds.append(entity["label"])
    order = random.permutation(len(pixels))[:CROPS]
    known = sorted(set(kinds))
    return numpy.stack(pixels)[order], torch.tensor([known.index(kinds[i]) for i in order])


def normalised(batch):
    return ((torch.from_numpy(batch).float() / 255 - MEAN) / DEVIATION).permute(0, 3, 1, 2)


def linear(inputs, outputs, deviation):
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, std=deviation)
    nn.init.zeros_(layer.bias)
    return layer


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        wide = WIDTH**-0.5
        self.query, self.key, self.value = (linear(WIDTH, WIDTH, wide) for _ in range(3))
        self.out = linear(WIDTH, WIDTH, wide * (2 * LAYERS) ** -0.5)
        self.fc1 = linear(WIDTH, 4 * WIDTH, (2 * WIDTH) ** -0.5)
        self.fc2 = linear(4 * WIDTH, WIDTH, wide * (2 * LAYERS) ** -0.5)

    def forward(self, x):
        batch, length, _ = x.shape
        h = self.norm1(x)
        q, k, v = (m(h).view(batch, length, -1, HEAD).transpose(1, 2) for m in (self.query, self.key, self.value))
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(x.shape))
        h = self.fc1(self.norm2(x))
        return x + self.fc2(h * torch.sigmoid(1.702 * h))


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, WIDTH, PATCH, PATCH, bias=False)
        nn.init.normal_(self.patch.weight, std=0.02)
        self.token = nn.Parameter(torch.randn(WIDTH) * WIDTH**-0.5)
        self.places = nn.Parameter(torch.randn(GRID * GRID + 1, WIDTH) * WIDTH**-0.5)
        self.before, self.after = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.layers = nn.ModuleList(Block() for _ in range(LAYERS))
        self.kinds = nn.Linear(WIDTH, 40)

    def forward(self, pixels):
        x = self.patch(pixels).flatten(2).transpose(1, 2)
        x = self.before(torch.cat([self.token.expand(len(x), 1, -1), x], 1) + self.places)
        for layer in self.layers:
            x = layer(x)
        return self.kinds(self.after(x[:, 1:].mean(1)))


def waves(count, frequencies):
    angles = torch.arange(count).float()[:, None] * frequencies
    return torch.stack([angles.cos(), angles.sin()], 2).reshape(count, -1)


def over_both_axes(one):
    rows, columns = one[:, None].expand(GRID, GRID, -1), one[None].expand(GRID, GRID, -1)
    return torch.cat([rows, columns], 2).reshape(GRID * GRID, -1)


@torch.no_grad()
def begin(tower, pixels):
    if "white" in words:
        patches = F.unfold(normalised(pixels[:2000]), PATCH, stride=PATCH).transpose(1, 2).reshape(-1, 3 * PATCH**2)
        patches -= patches.mean(0)
        values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
        filters = (vectors / (values + 1e-3).sqrt()).T.flip(0)[:WIDTH] * 0.5
        tower.patch.weight.copy_(filters.reshape(WIDTH, 3, PATCH, PATCH))
    if "local" in words:
        frequencies = torch.linspace(math.pi / 14, FASTEST, HEAD // 4)
        tower.patch.weight[HEAD:] = tower.patch.weight[: WIDTH - HEAD].clone()
        tower.patch.weight[:HEAD] = 0
        tower.places *= 0.1
        tower.places[:, :HEAD] = 0
        tower.places[1:, :HEAD] = over_both_axes(waves(GRID, frequencies))
        for number, layer in enumerate(tower.layers):
            layer.query.weight *= 0.1
            layer.key.weight *= 0.1
            for head in range(WIDTH // HEAD):
                rows = slice(head * HEAD, (head + 1) * HEAD)
                down, right = NEIGHBOURS[(number * WIDTH // HEAD + head) % 8]
                turn = torch.zeros(HEAD, HEAD)
                for i, angle in enumerate([*(frequencies * down), *(frequencies * right)]):
                    c, s = math.cos(angle), math.sin(angle)
                    turn[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = torch.tensor([[c, -s], [s, c]])
                layer.query.weight[rows, :HEAD] += sharp * turn
                layer.key.weight[rows, :HEAD] += sharp * torch.eye(HEAD)
    if "mimetic" in words:
        frequencies = 1 / (10000 ** (torch.arange(WIDTH // 4) / (WIDTH // 4)))
        tower.places[1:] = over_both_axes(waves(GRID, frequencies)) * 0.3
        for layer in tower.layers:
            for head in range(WIDTH // HEAD):
                rows = slice(head * HEAD, (head + 1) * HEAD)
                u, s, v = torch.linalg.svd(0.7 * torch.randn(WIDTH, WIDTH) * WIDTH**-0.5 + 0.7 * torch.eye(WIDTH))
                layer.query.weight[rows] = (u[:, :HEAD] * s[:HEAD].sqrt()).T
                layer.key.weight[rows] = v[:HEAD] * s[:HEAD, None].sqrt()
            u, s, v = torch.linalg.svd(0.4 * torch.randn(WIDTH, WIDTH) * WIDTH**-0.5 - 0.4 * torch.eye(WIDTH))
            layer.out.weight.copy_(u * s.sqrt())
            layer.value.weight.copy_(v * s.sqrt()[:, None])


def orthogonal(matrix):
    x = matrix / (matrix.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.T if tall else x


pixels, kinds = crops()
tower = Tower()
begin(tower, pixels)
inner = [p for p in tower.layers.parameters() if p.ndim == 2] if "muon" in words else []
others = [p for p in tower.parameters() if not any(p is q for q in inner)]
means = [torch.zeros_like(p) for p in inner]
adam = torch.optim.Adam(others, lr=1e-3, betas=(0.9, 0.98))
steps, right, start = len(kinds) // BATCH, [], time.process_time()
for step in range(steps):
    factor = min(1, (step + 1) / WARMUP) * 0.5 * (1 + math.cos(math.pi * max(0, step - WARMUP) / steps))
    for group in adam.param_groups:
        group["lr"] = 1e-3 * factor
    at = slice(step * BATCH, (step + 1) * BATCH)
    logits = tower(normalised(pixels[at]))
    tower.zero_grad()
    F.cross_entropy(logits, kinds[at]).backward()
    if not inner:
        nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
    adam.step()
    with torch.no_grad():
        for weight, mean in zip(inner, means):
            mean.lerp_(weight.grad, 0.05)
            shape = max(1, weight.shape[0] / weight.shape[1]) ** 0.5
            weight.sub_(0.02 * factor * shape * orthogonal(weight.grad.lerp(mean, 0.95)))
    right.append((logits.argmax(1) == kinds[at]).float().mean().item())
    if (step + 1) * BATCH % 6000 < BATCH:
        recent = sum(right[-6000 // BATCH :]) / len(right[-6000 // BATCH :])
        print(f"{(step + 1) * BATCH} crops: {recent:.3f} of the kinds, {time.process_time() - start:.0f} s", flush=True)
