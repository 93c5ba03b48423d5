"""Writes perception/swin: tiny random Swin transformers by transformers, for maps of any size.

One safetensors file each: weights (in the names that checkpoints have), input, outputs; the config
is JSON in the metadata.

    python3 swin.py OUTPUT_DIR
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import SwinBackbone, SwinConfig, SwinModel


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                centre = 1.0 if "norm" in name and name.endswith("weight") else 0.0
                parameter.copy_(centre + 0.2 * noise)
            elif "relative_position_bias_table" in name:
                parameter.copy_(noise)
            else:
                fan_in = parameter[0].numel()
                parameter.copy_(noise * (1.5 / fan_in**0.5))


def stored_weights(model, folder):
    """The weights under the names that transformers gives them in a checkpoint."""
    model.save_pretrained(folder / "saved")
    weights = load_file(folder / "saved" / "model.safetensors")
    for file in (folder / "saved").iterdir():
        file.unlink()
    (folder / "saved").rmdir()
    return weights


def write(folder, name, model, sizes, outputs_of):
    model.eval()
    randomise(model, seed=sum(map(ord, name)))
    generator = torch.Generator().manual_seed(7)
    tensors = {f"weights.{k}": v for k, v in stored_weights(model, folder).items()}
    with torch.no_grad():
        for batch, height, width in sizes:
            pixels = torch.randn((batch, 3, height, width), generator=generator)
            key = f"{height}x{width}"
            tensors[f"input.{key}"] = pixels
            for stage, output in outputs_of(model, pixels).items():
                tensors[f"output.{key}.{stage}"] = output.contiguous()
    config = {
        key: getattr(model.config, key)
        for key in (
            "embed_dim depths num_heads window_size mlp_ratio patch_size layer_norm_eps hidden_act"
        ).split()
    }
    save_file(tensors, folder / f"{name}.safetensors", metadata={"config": json.dumps(config)})


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    backbone = SwinConfig(
        embed_dim=8, depths=[2, 2, 3], num_heads=[1, 2, 4], window_size=5, mlp_ratio=3.0,
        layer_norm_eps=1e-3, out_features=["stage1", "stage2", "stage3"], image_size=64,
    )
    # Whole windows; odd maps at every stage; less than a window; one pixel.
    write(
        folder, "backbone", SwinBackbone(backbone),
        [(2, 80, 80), (1, 75, 101), (1, 101, 44), (1, 13, 61), (1, 1, 1)],
        lambda model, pixels: dict(zip(model.out_features, model(pixels).feature_maps)),
    )
    tower = SwinConfig(
        embed_dim=8, depths=[2, 2, 2], num_heads=[2, 2, 4], window_size=4, image_size=64,
        hidden_act="gelu_pytorch_tanh",
    )
    write(
        folder, "tower", SwinModel(tower, add_pooling_layer=False), [(2, 64, 64)],
        lambda model, pixels: {"last": model(pixels).last_hidden_state},
    )


main()
