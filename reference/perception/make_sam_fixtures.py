"""make_sam_fixtures.py SEGMENT_ANYTHING OUT: fixtures of SAM, from its two reference implementations.

SEGMENT_ANYTHING is a checkout of the official repository (its package `segment_anything` needs torch and torchvision).
Writes into OUT (core/src/test/resources/perception/sam):

keys.json       names and shapes of every weight of ViT-B, L and H, of the official modules and of transformers', and
                transformers' config of each
wide, narrow    two tiny models with random weights as transformers' directories; expected.json has photos, boxes and
                scores, expected.safetensors pixel values, logits and masks, by transformers
narrow/official.pth     the weights of narrow in the official layout, saved by the official module itself; the script
                        checks that both implementations agree
encoder.safetensors     an official image encoder that sees a map of another size than it was made for

Weights are drawn until no mask is nearly empty or nearly full, so that masks tell something.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from transformers import SamConfig, SamModel

OFFICIAL, OUT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(OFFICIAL))
from segment_anything import sam_model_registry  # noqa: E402
from segment_anything.modeling import (  # noqa: E402
    ImageEncoderViT,
    MaskDecoder,
    PromptEncoder,
    Sam,
    TwoWayTransformer,
)
from segment_anything.utils.transforms import ResizeLongestSide  # noqa: E402

torch.set_num_threads(1)

PHOTOS = {"landscape": (120, 77), "portrait": (61, 101), "column": (1, 40), "large": (201, 133)}

MODELS = {
    # More channels than positions of a window; windows that do not divide the grid.
    "wide": {
        "vision_config": {
            "hidden_size": 48,
            "output_channels": 32,
            "num_hidden_layers": 3,
            "num_attention_heads": 3,
            "image_size": 96,
            "patch_size": 8,
            "window_size": 5,
            "global_attn_indexes": [1],
            "num_pos_feats": 16,
            "mlp_dim": 80,
            "layer_norm_eps": 1e-6,
        },
        "prompt_encoder_config": {"hidden_size": 32, "image_size": 96, "patch_size": 8, "mask_input_channels": 4},
        "mask_decoder_config": {
            "hidden_size": 32,
            "mlp_dim": 48,
            "num_attention_heads": 4,
            "num_hidden_layers": 3,
            "num_multimask_outputs": 2,
            "iou_head_depth": 4,
            "iou_head_hidden_dim": 24,
        },
    },
    # As an official one of another size: eight heads, epsilons, one window that fits and is padded.
    "narrow": {
        "vision_config": {
            "hidden_size": 32,
            "output_channels": 32,
            "num_hidden_layers": 4,
            "num_attention_heads": 2,
            "image_size": 128,
            "patch_size": 16,
            "window_size": 3,
            "global_attn_indexes": [1, 3],
            "num_pos_feats": 16,
            "mlp_dim": 128,
        },
        "prompt_encoder_config": {"hidden_size": 32, "image_size": 128, "patch_size": 16, "mask_input_channels": 8},
        "mask_decoder_config": {
            "hidden_size": 32,
            "mlp_dim": 40,
            "num_attention_heads": 8,
            "iou_head_hidden_dim": 48,
            "layer_norm_eps": 1e-5,
        },
    },
}


def photo(width, height, seed):
    """Soft blobs of colour with a little noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    side = max(width, height)
    image = np.full((height, width, 3), random.uniform(40, 200, 3))
    for _ in range(7):
        cx, cy, r = random.uniform(0, width), random.uniform(0, height), random.uniform(0.08, 0.3) * side
        inside = 1 / (1 + np.exp((np.hypot(x - cx, y - cy) - r) / 1.5))
        image = image * (1 - inside[..., None]) + inside[..., None] * random.uniform(0, 255, 3)
    return Image.fromarray((image + random.normal(0, 6, image.shape)).clip(0, 255).astype(np.uint8))


def boxes(width, height):
    """Inside, the whole, over a border, and without area."""
    return [
        [0.2 * width, 0.3 * height, 0.7 * width, 0.8 * height],
        [0.0, 0.0, float(width), float(height)],
        [0.55 * width, 0.1 * height, 1.02 * width, 0.6 * height],
        [0.5 * width, 0.5 * height, 0.5 * width, 0.5 * height],
    ]


def draw(model, seed):
    """Weights that keep activations at their size; norms near 1."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            values = torch.randn(p.shape)
            if p.dim() == 1:
                p.copy_(1 + 0.1 * values if "norm" in name and name.endswith("weight") else 0.1 * values)
            elif "rel_pos" in name:
                p.copy_(0.4 * values)
            elif "embed" in name or "token" in name and p.shape[0] < 8:
                p.copy_(0.7 * values)
            elif "conv" in name and "upscale" in name:
                p.copy_(1.5 * values / p.shape[0] ** 0.5)
            else:
                p.copy_(1.5 * values / (p.numel() / p.shape[0]) ** 0.5)


def preprocessed(image, size):
    """The official repository's preprocessing: pixel values and the size within the square."""
    resized = ResizeLongestSide(size).apply_image(np.asarray(image))
    pixels = torch.as_tensor(resized).permute(2, 0, 1)[None].float()
    mean = torch.tensor([123.675, 116.28, 103.53]).view(-1, 1, 1)
    std = torch.tensor([58.395, 57.12, 57.375]).view(-1, 1, 1)
    pixels = (pixels - mean) / std
    h, w = pixels.shape[-2:]
    return torch.nn.functional.pad(pixels, (0, size - w, 0, size - h)), (h, w)


@torch.no_grad()
def segmented(model, image, prompts):
    size = model.config.vision_config.image_size
    pixels, (h, w) = preprocessed(image, size)
    # As transformers' processor: to float32, then scaled in double precision.
    scaled = np.array(prompts).astype(np.float32).astype(float) * np.array([w / image.width, h / image.height] * 2)
    out = model(pixel_values=pixels, input_boxes=torch.from_numpy(scaled)[None], multimask_output=False)
    logits = out.pred_masks[0, :, 0]
    square = torch.nn.functional.interpolate(logits[None], (size, size), mode="bilinear", align_corners=False)
    full = torch.nn.functional.interpolate(
        square[..., :h, :w], (image.height, image.width), mode="bilinear", align_corners=False
    )[0]
    return {"pixels": pixels[0], "scaled": scaled, "logits": logits, "full": full, "scores": out.iou_scores[0, :, 0]}


def telling(result):
    """Neither nearly empty nor nearly full, and no two alike."""
    masks = (result["full"] > 0).flatten(1)
    inside = masks.float().mean(1)
    apart = [(a ^ b).float().mean().item() for i, a in enumerate(masks) for b in masks[:i]]
    return bool(((inside > 0.05) & (inside < 0.9)).all()) and min(apart) > 0.02


def make(name, photos):
    config = SamConfig(**MODELS[name])
    model = SamModel(config).eval()
    for seed in range(1000):
        draw(model, seed)
        results = {key: segmented(model, image, boxes(*image.size)) for key, image in photos.items()}
        if all(telling(result) for key, result in results.items() if key != "column"):
            break
    else:
        raise SystemExit(f"{name}: no seed gives telling masks")
    folder = OUT / name
    model.save_pretrained(folder)
    tensors, cases = {}, []
    for key, result in results.items():
        tensors[f"{key}.logits"] = result["logits"].contiguous()
        tensors[f"{key}.masks"] = (result["full"] > 0).to(torch.uint8)
        if key == "landscape":
            tensors[f"{key}.pixels"] = result["pixels"].contiguous()
        image = photos[key]
        cases.append(
            {
                "photo": f"{key}.png",
                "boxes": boxes(*image.size),
                "scaled": result["scaled"].tolist(),
                "areas": (result["full"] > 0).sum((1, 2)).tolist(),
                "scores": [round(score, 7) for score in result["scores"].tolist()],
            }
        )
    save_file(tensors, folder / "expected.safetensors")
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    (folder / "expected.json").write_text(json.dumps({"versions": versions, "seed": seed, "cases": cases}, indent=1))
    return model, results


def official_of(model):
    """The official modules of a transformers model's shape, with its weights, module by module."""
    vision, prompt, decoder = model.config.vision_config, model.config.prompt_encoder_config, model.config.mask_decoder_config
    grid = vision.image_size // vision.patch_size
    encoder = ImageEncoderViT(
        img_size=vision.image_size,
        patch_size=vision.patch_size,
        embed_dim=vision.hidden_size,
        depth=vision.num_hidden_layers,
        num_heads=vision.num_attention_heads,
        mlp_ratio=vision.mlp_dim / vision.hidden_size,
        out_chans=vision.output_channels,
        norm_layer=lambda size: torch.nn.LayerNorm(size, eps=1e-6),
        use_rel_pos=True,
        window_size=vision.window_size,
        global_attn_indexes=tuple(vision.global_attn_indexes),
    )
    prompts = PromptEncoder(prompt.hidden_size, (grid, grid), (vision.image_size,) * 2, prompt.mask_input_channels)
    transformer = TwoWayTransformer(
        decoder.num_hidden_layers, decoder.hidden_size, decoder.num_attention_heads, decoder.mlp_dim
    )
    masks = MaskDecoder(
        transformer_dim=decoder.hidden_size,
        transformer=transformer,
        num_multimask_outputs=decoder.num_multimask_outputs,
        iou_head_depth=decoder.iou_head_depth,
        iou_head_hidden_dim=decoder.iou_head_hidden_dim,
    )
    official = Sam(encoder, prompts, masks).eval()
    v, p, d, t = model.vision_encoder, model.prompt_encoder, model.mask_decoder, model.mask_decoder.transformer
    pairs = [
        (encoder.patch_embed.proj, v.patch_embed.projection),
        *zip(encoder.neck, (v.neck.conv1, v.neck.layer_norm1, v.neck.conv2, v.neck.layer_norm2)),
        *zip(prompts.point_embeddings, p.point_embed),
        (prompts.not_a_point_embed, p.not_a_point_embed),
        (prompts.no_mask_embed, p.no_mask_embed),
        (prompts.mask_downscaling[0], p.mask_embed.conv1),
        (prompts.mask_downscaling[1], p.mask_embed.layer_norm1),
        (prompts.mask_downscaling[3], p.mask_embed.conv2),
        (prompts.mask_downscaling[4], p.mask_embed.layer_norm2),
        (prompts.mask_downscaling[6], p.mask_embed.conv3),
        (masks.iou_token, d.iou_token),
        (masks.mask_tokens, d.mask_tokens),
        (masks.output_upscaling[0], d.upscale_conv1),
        (masks.output_upscaling[1], d.upscale_layer_norm),
        (masks.output_upscaling[3], d.upscale_conv2),
        (transformer.final_attn_token_to_image, t.final_attn_token_to_image),
        (transformer.norm_final_attn, t.layer_norm_final_attn),
    ]
    for ours, theirs in zip(encoder.blocks, v.layers):
        pairs += [(ours.norm1, theirs.layer_norm1), (ours.norm2, theirs.layer_norm2)]
        pairs += [(ours.attn, theirs.attn), (ours.mlp, theirs.mlp)]
    for ours, theirs in zip(transformer.layers, t.layers):
        pairs += [(getattr(ours, f"norm{i}"), getattr(theirs, f"layer_norm{i}")) for i in range(1, 5)]
        names = ("self_attn", "cross_attn_token_to_image", "cross_attn_image_to_token", "mlp")
        pairs += [(getattr(ours, name), getattr(theirs, name)) for name in names]
    feed_forward = [*zip(masks.output_hypernetworks_mlps, d.output_hypernetworks_mlps)]
    for ours, theirs in [*feed_forward, (masks.iou_prediction_head, d.iou_prediction_head)]:
        pairs += zip(ours.layers, (theirs.proj_in, *theirs.layers, theirs.proj_out))
    for ours, theirs in pairs:
        ours.load_state_dict(theirs.state_dict())
    encoder.pos_embed.data.copy_(v.pos_embed)
    prompts.pe_layer.positional_encoding_gaussian_matrix.copy_(model.shared_image_embedding.positional_embedding)
    return official


@torch.no_grad()
def check(official, results):
    for key, result in results.items():
        embedding = official.image_encoder(result["pixels"][None])
        sparse, dense = official.prompt_encoder(None, torch.from_numpy(result["scaled"]), None)
        logits, scores = official.mask_decoder(embedding, official.prompt_encoder.get_dense_pe(), sparse, dense, False)
        worst = (logits[:, 0] - result["logits"]).abs().max().item()
        print(f"official and transformers, {key}: logits differ by {worst:.1e}", file=sys.stderr)
        if worst > 2e-4 or (scores[:, 0] - result["scores"]).abs().max() > 1e-4:
            raise SystemExit("the official implementation disagrees with transformers")


def other_size():
    """An encoder without absolute positions, made for 5 x 5 patches, that sees 6 x 8."""
    torch.manual_seed(5)
    encoder = ImageEncoderViT(
        img_size=40, patch_size=8, embed_dim=24, depth=2, num_heads=2, mlp_ratio=2, out_chans=16, use_abs_pos=False,
        norm_layer=lambda size: torch.nn.LayerNorm(size, eps=1e-6), use_rel_pos=True, window_size=4,
        global_attn_indexes=(1,),
    )  # fmt: skip
    encoder.eval()
    for name, p in encoder.named_parameters():
        if "rel_pos" in name:
            p.data.normal_(0, 0.5)
    pixels = torch.randn(2, 3, 48, 64)
    with torch.no_grad():
        output = encoder(pixels)
    weights = {f"image_encoder.{name}": value.contiguous() for name, value in encoder.state_dict().items()}
    save_file({**weights, "input": pixels, "output": output.contiguous()}, OUT / "encoder.safetensors")


def keys():
    all_keys = {}
    for name in ("vit_b", "vit_l", "vit_h"):
        with torch.device("meta"):
            official = sam_model_registry[name]()
        encoder = official.image_encoder
        block = encoder.blocks[0]
        vision = {
            "hidden_size": encoder.patch_embed.proj.out_channels,
            "num_hidden_layers": len(encoder.blocks),
            "num_attention_heads": block.attn.num_heads,
            "global_attn_indexes": [i for i, each in enumerate(encoder.blocks) if each.window_size == 0],
            "mlp_dim": block.mlp.lin1.out_features,
        }
        config = SamConfig(vision_config=vision)
        with torch.device("meta"):
            hugging_face = SamModel(config)
        all_keys[name] = {
            "config": {"model_type": "sam", "vision_config": vision},
            "official": {key: list(value.shape) for key, value in official.state_dict().items()},
            "hugging_face": {key: list(value.shape) for key, value in hugging_face.state_dict().items()},
        }
    (OUT / "keys.json").write_text(json.dumps(all_keys, separators=(",", ":")))


def main():
    transformers.logging.set_verbosity_error()
    OUT.mkdir(parents=True, exist_ok=True)
    photos = {name: photo(*size, seed) for seed, (name, size) in enumerate(PHOTOS.items())}
    for name, image in photos.items():
        image.save(OUT / f"{name}.png")
    make("wide", photos)
    model, results = make("narrow", photos)
    official = official_of(model)
    check(official, results)
    torch.save(official.state_dict(), OUT / "narrow" / "official.pth")
    other_size()
    keys()
    for file in OUT.rglob("*.*"):
        file.chmod(0o644)


if __name__ == "__main__":
    main()
