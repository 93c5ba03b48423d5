"""Writes perception/ram: tiny random RAMs by the official repository's own code, and the full ones' shapes.

    python3 ram.py REPOSITORY PICTURES OUTPUT_DIR

REPOSITORY is a checkout of recognize-anything, PICTURES the folder of drawn pictures of the model fixtures.
"""

import json
import sys
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import save_file
from torchvision.transforms import Compose, Normalize, Resize, ToTensor

import ram_official

HEAD = {"num_hidden_layers": 2, "num_attention_heads": 4, "layer_norm_eps": 1e-12, "hidden_act": "gelu"}


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if "norm" in name.lower() and name.endswith("weight"):
                parameter.copy_(1 + 0.2 * noise)
            elif "crossattention.output.dense" in name:  # else all tags of an image score alike
                parameter.copy_(0.1 * noise)
            elif parameter.dim() == 1:
                parameter.copy_(0.2 * noise)
            elif "bias_table" in name or name == "label_embed":
                parameter.copy_(noise)
            else:
                parameter.copy_(noise * (1.5 / parameter[0].numel() ** 0.5))


def pixels(picture, size):
    """The official transform."""
    transform = Compose(
        [Resize((size, size)), ToTensor(), Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])]
    )
    return transform(Image.open(picture).convert("RGB"))


def write(ram, folder, config, tags, pictures, seed):
    folder.mkdir(parents=True, exist_ok=True)
    model = ram_official.Ram(ram, config, config["q2l"], tags).eval()
    randomise(model, seed)
    batch = torch.stack([pixels(picture, config["image_res"]) for picture in pictures])
    with torch.no_grad():
        # Scores on both sides of the thresholds.
        logits = model(batch)["logits"]
        factor = 0.8 / logits.std()
        model.fc.weight.mul_(factor)
        model.fc.bias.mul_(factor).sub_(factor * logits.mean() + 0.1)
        alone = [model(image[None]) for image in batch]
    expected = {key: torch.cat([one[key] for one in alone]) for key in alone[0]}
    save_file({"pixel_values": batch, **expected}, folder / "expected.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    return model, torch.sigmoid(expected["logits"])


def write_expected(folder, pictures, scores, thresholds, names):
    margin = (scores - torch.tensor(thresholds)).abs().min().item()
    assert margin > 1e-5, margin
    given = scores > torch.tensor(thresholds)
    tags = [[names[i] for i in row.nonzero().flatten().tolist()] for row in given]
    print(folder.name, [len(row) for row in tags], margin)
    assert all(0 < len(row) < len(names) for row in tags)
    content = {
        "images": [f"pictures/{picture.name}" for picture in pictures],
        "tags": tags,
        "margin": margin,
        "versions": {"torch": torch.__version__},
    }
    (folder / "expected.json").write_text(json.dumps(content, ensure_ascii=False))


def main():
    repository, picture_folder, out = (Path(argument) for argument in sys.argv[1:])
    torch.set_num_threads(1)
    ram = ram_official.load(repository)
    pictures = [picture_folder / name for name in ("odd.jpg", "tall.png", "wide.png")]

    # Own tags; the last stage's map is smaller than a window; keys as after parallel training, with what is unused.
    swin = {"image_res": 64, "window_size": 4, "embed_dim": 8, "depths": [2, 2, 3, 2], "num_heads": [1, 2, 2, 4]}
    config = {**swin, "vision_width": 64, "q2l": {**HEAD, "hidden_size": 24, "intermediate_size": 40, "encoder_width": 16}}
    folder = out / "own-tags"
    model, scores = write(ram, folder, config, 30, pictures, seed=3)
    names = [f"tag {i}" for i in range(28)] + ["Ünïcode", "two, words"]
    thresholds = [round((0.4 + 0.2 * ((7 * i) % 30) / 30), 3) for i in range(30)]
    (folder / "ram_tag_list.txt").write_text("\n".join(names), encoding="utf-8")
    (folder / "ram_tag_list_threshold.txt").write_text("".join(f"{t}\n" for t in thresholds))
    write_expected(folder, pictures, scores, thresholds, names)
    weights = {f"module.{k}".replace("tagging_head", "vision_multi"): v for k, v in model.state_dict().items()}
    for unused in ("tag_encoder.encoder.layer.0.intermediate.dense.weight", "text_decoder.cls.predictions.bias",
                   "vision_multi.embeddings.word_embeddings.weight",
                   "vision_multi.encoder.layer.1.attention.self.query.weight"):
        weights[f"module.{unused}"] = torch.ones(2, 3)
    torch.save({"model": weights, "epoch": 3}, folder / "tiny.pth")

    # The shipped tags; no projection of label embeddings; another size.
    swin = {"image_res": 96, "window_size": 6, "embed_dim": 8, "depths": [1, 2, 2], "num_heads": [2, 2, 4]}
    config = {**swin, "vision_width": 32, "q2l": {**HEAD, "hidden_size": 12, "intermediate_size": 20, "encoder_width": 12}}
    folder = out / "shipped-tags"
    data = repository / "ram" / "data"
    names = (data / "ram_tag_list.txt").read_text(encoding="utf-8").splitlines()
    thresholds = [float(line) for line in (data / "ram_tag_list_threshold.txt").read_text().split()]
    model, scores = write(ram, folder, config, len(names), pictures[:1], seed=8)
    write_expected(folder, pictures[:1], scores, thresholds, names)
    save_file(model.state_dict(), folder / "model.safetensors")

    shapes = {vit: ram_official.official_shapes(repository, vit) for vit in ("swin_l", "swin_b")}
    (out / "official-shapes.json").write_text(json.dumps(shapes, separators=(",", ":")))


main()
