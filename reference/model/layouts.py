"""The same weights in the layouts that models are published in."""

import json

import torch
from safetensors.torch import save_file

import tiny_tokenizer

PREPROCESSING = {
    "do_center_crop": True,
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "rescale_factor": 0.00392156862745098,
}


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def renamed(tensors, names):
    """names: (old prefix, new prefix) pairs, the first that fits; a tensor that none fits is left out."""
    out = {}
    for key, tensor in tensors.items():
        new = next((new + key[len(old) :] for old, new in names if key.startswith(old)), None)
        if new is not None:
            out[new] = tensor
    return out


GRAPH = [("scene_graph", "scene_graph")]
HF_OLD = [
    ("text.", "language_model.model."),
    ("head.", "language_model.lm_head."),
    ("vision.", "vision_tower.vision_model."),
    ("projector.", "multi_modal_projector."),
    *GRAPH,
]
HF_NEW = [
    ("text.", "model.language_model."),
    ("head.", "lm_head."),
    ("vision.", "model.vision_tower.vision_model."),
    ("projector.", "model.multi_modal_projector."),
    *GRAPH,
]
HF_NEW_FLAT_TOWER = [(old, new.replace("vision_model.", "")) for old, new in HF_NEW]
ORIGINAL_PROJECTOR = [("projector.linear_1.", "model.mm_projector.0."), ("projector.linear_2.", "model.mm_projector.2.")]
LLAMA = [("text.", "model."), ("head.", "lm_head.")]
ORIGINAL = LLAMA + ORIGINAL_PROJECTOR
ORIGINAL_TOWER = ORIGINAL + [("vision.", "model.vision_tower.vision_tower.vision_model.")]
CLIP = [("vision.", "vision_model.")]


def write_safetensors(directory, tensors, shards=1):
    tensors = {k: v.contiguous() for k, v in tensors.items()}
    if shards == 1:
        save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
        return
    write_shards(directory, tensors, shards, "model-{:05}-of-{:05}.safetensors", "model.safetensors.index.json", save_shard)


def save_shard(tensors, path):
    save_file(tensors, path, metadata={"format": "pt"})


def write_pickles(directory, tensors, shards=1):
    if shards == 1:
        torch.save(tensors, directory / "pytorch_model.bin")
        return
    names = "pytorch_model-{:05}-of-{:05}.bin", "pytorch_model.bin.index.json"
    write_shards(directory, tensors, shards, *names, torch.save)


def write_shards(directory, tensors, shards, pattern, index_name, save):
    keys, weight_map = list(tensors), {}
    for shard in range(shards):
        part = keys[shard * len(keys) // shards : (shard + 1) * len(keys) // shards]
        name = pattern.format(shard + 1, shards)
        save({k: tensors[k].clone() for k in part}, directory / name)
        weight_map |= dict.fromkeys(part, name)
    total = sum(t.numel() * t.element_size() for t in tensors.values())
    write_json(directory / index_name, {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))})


def with_rotary_buffers(tensors, config):
    """Older LLaMA checkpoints hold the rotary frequencies as a buffer in every layer."""
    head_dim = config["hidden_size"] // config["num_attention_heads"]
    frequencies = 1 / 10000 ** (torch.arange(0, head_dim, 2).float() / head_dim)
    buffers = {f"model.layers.{i}.self_attn.rotary_emb.inv_freq": frequencies.clone() for i in range(config["num_hidden_layers"])}
    return tensors | buffers


def clip_model(tensors, config):
    """A whole CLIP around the tower: text half, projections, logit scale and position buffers, all to be ignored."""
    vision = renamed(tensors, CLIP)
    hidden = config["vision_config"]["hidden_size"]
    key = "vision_model.encoder.layers.0.self_attn.q_proj.weight"
    vision[key] = vision[key].T.contiguous().T  # stored column by column: strides are part of the format
    positions = len(vision["vision_model.embeddings.position_embedding.weight"])
    half = torch.float16
    other = {
        "logit_scale": torch.tensor(4.6052, dtype=half),
        "text_model.embeddings.position_ids": torch.arange(7)[None],
        "text_model.embeddings.token_embedding.weight": torch.full((11, 8), 0.5, dtype=half),
        "text_model.encoder.layers.0.self_attn.q_proj.weight": torch.full((8, 8), 0.25, dtype=half),
        "text_model.encoder.layers.0.self_attn.q_proj.bias": torch.full((8,), 0.25, dtype=half),
        "text_model.final_layer_norm.weight": torch.ones(8, dtype=half),
        "text_projection.weight": torch.full((6, 8), 0.125, dtype=half),
        "visual_projection.weight": torch.full((6, hidden), 0.125, dtype=half),
        "vision_model.embeddings.position_ids": torch.arange(positions)[None],
    }
    return other | vision


def write_tokenizer_json(directory, model, specials, prefix_space, tokenizer_class):
    text = tiny_tokenizer.tokenizer_json(model, specials, prefix_space)
    (directory / "tokenizer.json").write_text(text, encoding="utf-8")
    config = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    config |= {"clean_up_tokenization_spaces": False, "tokenizer_class": tokenizer_class}
    write_json(directory / "tokenizer_config.json", config)


def write_tokenizer_model(directory, model):
    (directory / "tokenizer.model").write_bytes(model)
    config = {"add_bos_token": True, "add_eos_token": False, "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    config |= {"legacy": False, "pad_token": None, "sp_model_kwargs": {}, "tokenizer_class": "LlamaTokenizer"}
    write_json(directory / "tokenizer_config.json", config)


def processor_config(size, patch):
    """One file for image processor and processor, as transformers 5 writes it."""
    image = {"crop_size": {"height": size, "width": size}, **PREPROCESSING}
    image |= {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": size}}
    more = {"image_token": "<image>", "num_additional_image_tokens": 1, "patch_size": patch}
    return {"image_processor": image, **more, "processor_class": "LlavaProcessor", "vision_feature_select_strategy": "default"}


def preprocessor_config(size):
    """As the published CLIP has it: sizes as plain numbers."""
    return {"crop_size": size, **PREPROCESSING, "feature_extractor_type": "CLIPFeatureExtractor", "size": size}
