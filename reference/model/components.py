"""Golden values of single components: weights, inputs and outputs in one small file each, the config in its metadata.

clip-*: every hidden state, and the features that LLaVA takes. llama-*: hidden states and the logits of all positions.
sge-*: as the intermediate and final outputs of sge.py.
"""

import json

import numpy as np
import torch
import transformers
from safetensors.torch import save_file

import pictures
import tiny_weights
from layouts import renamed, write_json
from sge import SceneGraphExpression

CLIP = {
    "hidden_size": 20,
    "image_size": 28,
    "intermediate_size": 28,
    "layer_norm_eps": 1e-3,
    "model_type": "clip_vision_model",
    "num_attention_heads": 5,
    "num_hidden_layers": 3,
    "patch_size": 7,
}
CLIPS = {"clip-five-heads": {**CLIP, "hidden_act": "quick_gelu"}, "clip-gelu-one-head": {**CLIP, "hidden_act": "gelu", "num_attention_heads": 1, "num_hidden_layers": 2}}

LLAMA = {"hidden_size": 24, "intermediate_size": 40, "model_type": "llama", "num_hidden_layers": 2, "vocab_size": 67}
LLAMAS = {
    # The older form of the config: rope_theta at the top.
    "llama-grouped": {
        **LLAMA, "num_attention_heads": 6, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "rope_theta": 500.0,
        "tie_word_embeddings": False,
    },
    # The newer one: rope_parameters; one key-value head, a head size of its own.
    "llama-tied": {
        **LLAMA, "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 10, "rms_norm_eps": 0.05,
        "rope_parameters": {"rope_theta": 123.0, "rope_type": "default"}, "tie_word_embeddings": True,
    },
    # Everything that has a default left out: as many key-value heads as heads, theta 10000, epsilon 1e-6.
    "llama-defaults": {**LLAMA, "num_attention_heads": 4},
}  # fmt: skip

SGE = {
    "hidden_size": 12,
    "num_attention_heads": 4,
    "intermediate_size": 16,
    "num_message_passing_layers": 2,
    "num_prompt_layers": 1,
    "layer_norm_eps": 1e-3,
    "message_passing": True,
    "prompt_attention": True,
}
D_E, D_T = 10, 14
# name: changes to the config, nodes, prompt tokens, feature grid, mask size
SGES = {
    "sge-full": ({"num_message_passing_layers": 3, "num_prompt_layers": 2, "num_attention_heads": 1}, 5, 7, (6, 6), (31, 45)),
    "sge-no-mp": ({"message_passing": False}, 4, 7, (6, 6), (31, 45)),
    "sge-no-prompt": ({"prompt_attention": False}, 6, 7, (6, 6), (31, 45)),
    "sge-sg-only": ({"message_passing": False, "prompt_attention": False}, 3, 7, (6, 6), (31, 45)),
    "sge-one-node": ({}, 1, 1, (6, 6), (31, 45)),
    "sge-no-prompt-tokens": ({}, 4, 0, (6, 6), (31, 45)),
    "sge-many-nodes": ({}, 40, 3, (5, 5), (12, 9)),
    "sge-oblong-grid": ({}, 4, 5, (4, 7), (45, 31)),
    "sge-coarse-masks": ({}, 5, 5, (6, 6), (3, 4)),
    "sge-fine-masks": ({}, 2, 5, (3, 3), (120, 90)),
}


def store(path, config, weights, inputs, outputs):
    tensors = {f"weights.{k}": v for k, v in weights.items()}
    tensors |= {f"input.{k}": v for k, v in inputs.items()} | {f"output.{k}": v for k, v in outputs.items()}
    tensors = {k: v.clone().contiguous() for k, v in tensors.items()}
    save_file(tensors, path, metadata={"config": json.dumps(config)})


@torch.inference_mode()
def write_clip(path, config, seed):
    maker = tiny_weights.Maker(seed)
    tiny_weights.clip(maker, config, prefix="vision_model.")
    maker.normal("pixels", 2, 3, config["image_size"], config["image_size"])
    pixels = maker.tensors.pop("pixels")
    model = transformers.CLIPVisionModel(transformers.CLIPVisionConfig.from_dict(config)).eval()
    model.load_state_dict(renamed(maker.tensors, [("vision_model.", "")]))
    hidden = model(pixels, output_hidden_states=True).hidden_states
    outputs = {f"hidden_state.{i}": h for i, h in enumerate(hidden)} | {"features": hidden[-2][:, 1:]}
    store(path, config, maker.tensors, {"pixel_values": pixels}, outputs)


@torch.inference_mode()
def write_llama(path, config, seed):
    maker = tiny_weights.Maker(seed)
    tied = config.get("tie_word_embeddings", False)
    tiny_weights.llama(maker, config, tied, prefix="model.", head="lm_head.")
    ids = torch.from_numpy(maker.rng.integers(3, config["vocab_size"], (1, 19)))
    full = transformers.LlamaConfig.from_dict(config)
    theta = config.get("rope_theta") or config.get("rope_parameters", {}).get("rope_theta") or 10000.0
    assert full.rope_parameters["rope_theta"] == theta, full.rope_parameters
    model = transformers.LlamaForCausalLM(full).eval()
    missing, unexpected = model.load_state_dict(maker.tensors, strict=False)
    assert set(missing) <= {"lm_head.weight"} and not unexpected, (missing, unexpected)
    model.tie_weights()
    assert tied == (model.lm_head.weight is model.model.embed_tokens.weight)
    out = model(ids, output_hidden_states=True, use_cache=False)
    outputs = {f"hidden_state.{i}": h for i, h in enumerate(out.hidden_states)} | {"logits": out.logits}
    store(path, config, maker.tensors, {"input_ids": ids}, outputs)


def masks_of(rng, nodes, height, width):
    """Ellipses and stripes; the first is one pixel, the second everything."""
    masks = [pictures.pixel(width, height, width - 1, 0), np.ones((height, width), dtype=bool)][: max(0, nodes - 1)]
    while len(masks) < nodes:
        cx, cy, rx, ry = rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.6), rng.uniform(0.1, 0.6)
        mask = pictures.ellipse(width, height, cx, cy, rx, ry)
        if len(masks) % 3 == 0:
            mask &= np.mgrid[0:height, 0:width][0] % 2 == 0
        if mask.any():
            masks.append(mask)
    return torch.from_numpy(np.stack(masks).astype(np.uint8))


@torch.inference_mode()
def write_sge(path, name, seed):
    changes, nodes, prompt, grid, size = SGES[name]
    config = SGE | changes
    maker = tiny_weights.Maker(seed)
    tiny_weights.scene_graph(maker, config, D_E, D_T)
    maker.normal("f_v", D_E, *grid)
    maker.normal("f_t", prompt, D_T)
    inputs = {"f_v": maker.tensors.pop("f_v"), "f_t": maker.tensors.pop("f_t")}
    inputs["masks"] = masks_of(maker.rng, nodes, *size)
    outputs = SceneGraphExpression(config, maker.tensors)(inputs["f_v"], inputs["masks"], inputs["f_t"])
    weights = maker.tensors
    if not config["message_passing"] and config["prompt_attention"]:  # a switched-off block may be absent or present
        weights = {k: v for k, v in weights.items() if "message_passing" not in k}
    store(path, config, weights, inputs, outputs)


def write(out, versions):
    out.mkdir(parents=True, exist_ok=True)
    for seed, (name, config) in enumerate(CLIPS.items(), 300):
        write_clip(out / (name + ".safetensors"), config, seed)
    for seed, (name, config) in enumerate(LLAMAS.items(), 400):
        write_llama(out / (name + ".safetensors"), config, seed)
    for seed, name in enumerate(SGES, 500):
        write_sge(out / (name + ".safetensors"), name, seed)
    write_json(out / "versions.json", versions)
