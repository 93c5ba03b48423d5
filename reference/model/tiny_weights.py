"""Random weights, every one of which matters: no bias is zero, no norm weight one, and logits lie well apart.

Names are those inside each part: `text.` as LlamaModel, `head.` as its lm_head, `vision.` as CLIPVisionModel without
any prefix, `projector.`, and `scene_graph…` as in a LLaVA-SG checkpoint. layouts.py renames them.
"""

import numpy as np
import torch


class Maker:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.tensors = {}

    def normal(self, name, *shape, std=1.0, mean=0.0):
        self.tensors[name] = torch.from_numpy(self.rng.normal(mean, std, shape).astype(np.float32))

    def linear(self, name, outputs, inputs, gain=1.0, bias=True):
        self.normal(name + ".weight", outputs, inputs, std=gain / inputs**0.5)
        if bias:
            self.normal(name + ".bias", outputs, std=0.2)

    def norm(self, name, size, bias=True):
        self.normal(name + ".weight", size, mean=1.0, std=0.25)
        if bias:
            self.normal(name + ".bias", size, std=0.2)


def llama(maker, config, tied=False, prefix="text.", head="head."):
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    head_dim = config.get("head_dim") or hidden // heads
    kv = config.get("num_key_value_heads") or heads
    maker.normal(prefix + "embed_tokens.weight", config["vocab_size"], hidden, std=0.7)
    for i in range(config["num_hidden_layers"]):
        layer = f"{prefix}layers.{i}."
        maker.norm(layer + "input_layernorm", hidden, bias=False)
        maker.linear(layer + "self_attn.q_proj", heads * head_dim, hidden, 1.4, bias=False)
        maker.linear(layer + "self_attn.k_proj", kv * head_dim, hidden, 1.4, bias=False)
        maker.linear(layer + "self_attn.v_proj", kv * head_dim, hidden, bias=False)
        maker.linear(layer + "self_attn.o_proj", hidden, heads * head_dim, 1.5, bias=False)
        maker.norm(layer + "post_attention_layernorm", hidden, bias=False)
        maker.linear(layer + "mlp.gate_proj", config["intermediate_size"], hidden, 1.5, bias=False)
        maker.linear(layer + "mlp.up_proj", config["intermediate_size"], hidden, bias=False)
        maker.linear(layer + "mlp.down_proj", hidden, config["intermediate_size"], 1.5, bias=False)
    maker.norm(prefix + "norm", hidden, bias=False)
    if not tied:
        maker.normal(head + "weight", config["vocab_size"], hidden, std=5 / hidden**0.5)


def clip(maker, config, prefix="vision."):
    hidden, patches = config["hidden_size"], (config["image_size"] // config["patch_size"]) ** 2
    maker.normal(prefix + "embeddings.class_embedding", hidden)
    maker.normal(prefix + "embeddings.patch_embedding.weight", hidden, 3, config["patch_size"], config["patch_size"], std=0.06)
    maker.normal(prefix + "embeddings.position_embedding.weight", patches + 1, hidden, std=0.5)
    maker.norm(prefix + "pre_layrnorm", hidden)
    for i in range(config["num_hidden_layers"]):
        layer = f"{prefix}encoder.layers.{i}."
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            maker.linear(layer + "self_attn." + name, hidden, hidden, 1.2)
        maker.norm(layer + "layer_norm1", hidden)
        maker.linear(layer + "mlp.fc1", config["intermediate_size"], hidden, 1.2)
        maker.linear(layer + "mlp.fc2", hidden, config["intermediate_size"], 1.2)
        maker.norm(layer + "layer_norm2", hidden)
    maker.norm(prefix + "post_layernorm", hidden)


def projector(maker, vision_hidden, text_hidden, prefix="projector."):
    maker.linear(prefix + "linear_1", text_hidden, vision_hidden)
    maker.linear(prefix + "linear_2", text_hidden, text_hidden, 1.5)


def scene_graph(maker, config, vision_hidden, text_hidden):
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    maker.linear("scene_graph.node_proj", hidden, vision_hidden)
    names = [f"scene_graph.message_passing.{i}." for i in range(config["num_message_passing_layers"])]
    names += [f"scene_graph.prompt_attention.{i}." for i in range(config["num_prompt_layers"])]
    for block in names:
        maker.norm(block + "norm1", hidden)
        for name in "qkvo":
            maker.linear(f"{block}attn.{name}_proj", hidden, hidden, 1.4)
        maker.norm(block + "norm2", hidden)
        maker.linear(block + "mlp.fc1", inner, hidden)
        maker.linear(block + "mlp.fc2", hidden, inner, 1.3)
    maker.norm("scene_graph.prompt_norm", text_hidden)
    maker.linear("scene_graph.prompt_proj", hidden, text_hidden)
    maker.norm("scene_graph.final_norm", hidden)
    maker.linear("scene_graph_projector.linear_1", text_hidden, hidden, 1.5)
    maker.linear("scene_graph_projector.linear_2", text_hidden, text_hidden, 1.5)


def llava(seed, config, pieces):
    """A whole LLaVA, with a graph where the config has one. Head rows from `pieces` on are small: never the answer."""
    maker = Maker(seed)
    text, vision = config["text_config"], config["vision_config"]
    llama(maker, text)
    maker.tensors["head.weight"][pieces:] *= 0.01
    clip(maker, vision)
    projector(maker, vision["hidden_size"], text["hidden_size"])
    if "scene_graph_config" in config:
        scene_graph(maker, config["scene_graph_config"], vision["hidden_size"], text["hidden_size"])
    return maker.tensors
