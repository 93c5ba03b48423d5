"""Grounding-DINO's names from transformers' to the official repository's, written out from the two sets of modules."""

import torch


def linear(weights, source, out, target):
    for kind in ("weight", "bias"):
        if f"{source}.{kind}" in weights:
            out[f"{target}.{kind}"] = weights[f"{source}.{kind}"]


def fused(weights, source, names, out, target, joint="."):
    for kind in ("weight", "bias"):
        out[f"{target}{joint}{kind}"] = torch.cat([weights[f"{source}.{name}.{kind}"] for name in names])


def swin(weights, depths, out):
    source, target = "model.backbone.conv_encoder.model", "backbone.0"
    linear(weights, f"{source}.embeddings.patch_embeddings.projection", out, f"{target}.patch_embed.proj")
    linear(weights, f"{source}.embeddings.norm", out, f"{target}.patch_embed.norm")
    for i, depth in enumerate(depths):
        for j in range(depth):
            a, b = f"{source}.encoder.layers.{i}.blocks.{j}", f"{target}.layers.{i}.blocks.{j}"
            linear(weights, f"{a}.layernorm_before", out, f"{b}.norm1")
            linear(weights, f"{a}.layernorm_after", out, f"{b}.norm2")
            fused(weights, f"{a}.attention.self", ("query", "key", "value"), out, f"{b}.attn.qkv")
            table = "relative_position_bias_table"
            out[f"{b}.attn.{table}"] = weights[f"{a}.attention.self.{table}"]
            linear(weights, f"{a}.attention.output.dense", out, f"{b}.attn.proj")
            linear(weights, f"{a}.intermediate.dense", out, f"{b}.mlp.fc1")
            linear(weights, f"{a}.output.dense", out, f"{b}.mlp.fc2")
        for name in ("reduction", "norm"):
            linear(weights, f"{source}.encoder.layers.{i}.downsample.{name}", out, f"{target}.layers.{i}.downsample.{name}")
        linear(weights, f"{source}.hidden_states_norms.stage{i + 1}", out, f"{target}.norm{i}")


def deformable(weights, source, out, target):
    for name in ("sampling_offsets", "attention_weights", "value_proj", "output_proj"):
        linear(weights, f"{source}.{name}", out, f"{target}.{name}")


def attention(weights, source, out, target):
    fused(weights, source, ("query", "key", "value"), out, f"{target}.in_proj", joint="_")
    linear(weights, f"{source}.out_proj", out, f"{target}.out_proj")


def encoder(weights, layers, out):
    for i in range(layers):
        source = f"model.encoder.layers.{i}"
        a, b = f"{source}.deformable_layer", f"transformer.encoder.layers.{i}"
        deformable(weights, f"{a}.self_attn", out, f"{b}.self_attn")
        linear(weights, f"{a}.self_attn_layer_norm", out, f"{b}.norm1")
        linear(weights, f"{a}.fc1", out, f"{b}.linear1")
        linear(weights, f"{a}.fc2", out, f"{b}.linear2")
        linear(weights, f"{a}.final_layer_norm", out, f"{b}.norm2")
        a, b = f"{source}.text_enhancer_layer", f"transformer.encoder.text_layers.{i}"
        attention(weights, f"{a}.self_attn", out, f"{b}.self_attn")
        linear(weights, f"{a}.layer_norm_before", out, f"{b}.norm1")
        linear(weights, f"{a}.fc1", out, f"{b}.linear1")
        linear(weights, f"{a}.fc2", out, f"{b}.linear2")
        linear(weights, f"{a}.layer_norm_after", out, f"{b}.norm2")
        a, b = f"{source}.fusion_layer", f"transformer.encoder.fusion_layers.{i}"
        for side, short in (("vision", "v"), ("text", "l")):
            out[f"{b}.gamma_{short}"] = weights[f"{a}.{side}_param"]
            linear(weights, f"{a}.layer_norm_{side}", out, f"{b}.layer_norm_{short}")
            for part in ("", "values_", "out_"):
                linear(weights, f"{a}.attn.{part}{side}_proj", out, f"{b}.attn.{part}{short}_proj")


def decoder(weights, layers, out):
    for i in range(layers):
        a, b = f"model.decoder.layers.{i}", f"transformer.decoder.layers.{i}"
        attention(weights, f"{a}.self_attn", out, f"{b}.self_attn")
        linear(weights, f"{a}.self_attn_layer_norm", out, f"{b}.norm2")
        attention(weights, f"{a}.encoder_attn_text", out, f"{b}.ca_text")
        linear(weights, f"{a}.encoder_attn_text_layer_norm", out, f"{b}.catext_norm")
        deformable(weights, f"{a}.encoder_attn", out, f"{b}.cross_attn")
        linear(weights, f"{a}.encoder_attn_layer_norm", out, f"{b}.norm1")
        linear(weights, f"{a}.fc1", out, f"{b}.linear1")
        linear(weights, f"{a}.fc2", out, f"{b}.linear2")
        linear(weights, f"{a}.final_layer_norm", out, f"{b}.norm3")
        for j in range(3):
            for target in ("bbox_embed", "transformer.decoder.bbox_embed"):
                linear(weights, f"bbox_embed.0.layers.{j}", out, f"{target}.{i}.layers.{j}")
    linear(weights, "model.decoder.layer_norm", out, "transformer.decoder.norm")
    for j in range(2):
        name = f"layers.{j}"
        linear(weights, f"model.decoder.reference_points_head.{name}", out, f"transformer.decoder.ref_point_head.{name}")


def official(weights, config):
    """transformers' weights, as a checkpoint stores them, under the official names; box heads have to be shared."""
    out = {}
    swin(weights, config.backbone_config.depths, out)
    for name, weight in weights.items():
        if name.startswith("model.text_backbone."):
            out["bert." + name.removeprefix("model.text_backbone.")] = weight
        elif name.startswith("model.input_proj_vision."):
            out["input_proj." + name.removeprefix("model.input_proj_vision.")] = weight
    linear(weights, "model.text_projection", out, "feat_map")
    encoder(weights, config.encoder_layers, out)
    decoder(weights, config.decoder_layers, out)
    out["transformer.level_embed"] = weights["model.level_embed"]
    out["transformer.tgt_embed.weight"] = weights["model.query_position_embeddings.weight"]
    linear(weights, "model.enc_output", out, "transformer.enc_output")
    linear(weights, "model.enc_output_norm", out, "transformer.enc_output_norm")
    for j in range(3):
        linear(weights, f"model.encoder_output_bbox_embed.layers.{j}", out, f"transformer.enc_out_bbox_embed.layers.{j}")
    return out
