"""Writes perception/groundingdino: tiny random Grounding-DINOs, what transformers and the official code make of them.

    python3 make_grounding_dino_fixtures.py OUTPUT_DIR VOCABULARY OFFICIAL_REPOSITORY

VOCABULARY is bert-base-uncased's vocab.txt, of which the fixtures keep the first pieces. For each model a folder in
transformers' layout, with pictures, and expected.json and expected.safetensors; for the first one its official layout,
too, with what the official code makes of it. official-swin-{t,b}.json list names and shapes of the official modules,
transformers-swin-{t,b}.json those that transformers saves, with its config.json.
"""

import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision
import transformers
from PIL import Image, ImageDraw
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig,
    BertTokenizer,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    SwinConfig,
)
from transformers.core_model_loading import revert_weight_conversion
from transformers.models.grounding_dino.image_processing_pil_grounding_dino import GroundingDinoImageProcessorPil

import grounding_dino_layouts
import grounding_dino_official

PIECES = 2400
SEPARATORS = {101, 102, 1012, 1029}
TAGS = ["Old House", "river", "white ship", "the St. John street", "4th ave?", "king", "zürich", "☃", "black horse", "station"]

MODELS = {
    # Short captions, so that tags take several; shared box heads, learned queries.
    "tiny-a": dict(
        seed=12,
        size={"shortest_edge": 72, "longest_edge": 150},
        swin=dict(embed_dim=4, depths=[1, 2, 1, 1], num_heads=[1, 2, 2, 4], window_size=4, out_indices=[2, 3, 4]),
        bert=dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24),
        dino=dict(
            d_model=32, encoder_layers=2, decoder_layers=3, encoder_ffn_dim=48, decoder_ffn_dim=48,
            encoder_attention_heads=4, decoder_attention_heads=4, encoder_n_points=3, decoder_n_points=2, num_queries=20,
            num_feature_levels=4, max_text_len=28,
        ),
    ),  # fmt: skip
    # Two maps beyond the backbone's, a box head for each layer, other sizes throughout.
    "tiny-b": dict(
        seed=2,
        size={"shortest_edge": 104, "longest_edge": 181},
        swin=dict(embed_dim=4, depths=[2, 1, 2, 1], num_heads=[1, 1, 2, 4], window_size=5, out_indices=[3, 4]),
        bert=dict(hidden_size=12, num_hidden_layers=1, num_attention_heads=3, intermediate_size=20),
        dino=dict(
            d_model=32, encoder_layers=1, decoder_layers=2, encoder_ffn_dim=32, decoder_ffn_dim=56,
            encoder_attention_heads=8, decoder_attention_heads=2, encoder_n_points=4, decoder_n_points=3, num_queries=12,
            num_feature_levels=4, decoder_bbox_embed_share=False, positional_embedding_temperature=30,
        ),
    ),  # fmt: skip
}  # fmt: skip

# Name, width, height, seed.
PICTURES = [("landscape", 161, 95, 3), ("portrait", 67, 148, 4), ("line", 1, 40, 5)]


def picture(width, height, seed):
    rng = np.random.default_rng(seed)
    image = Image.fromarray(rng.integers(90, 160, (height, width, 3), dtype=np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(9 if width > 1 else 0):
        x, y = rng.integers(0, width), rng.integers(0, height)
        w, h = rng.integers(5, width // 2), rng.integers(5, height // 2)
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        (draw.ellipse if rng.random() < 0.5 else draw.rectangle)([int(x), int(y), int(x + w), int(y + h)], fill=colour)
    return image


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith(("vision_param", "text_param")):
                parameter.copy_(0.5 + 0.1 * noise)
            elif name == "model.decoder.layer_norm.weight":
                # Its size is that of the logits: scores shall lie well apart, and not all at one.
                parameter.copy_(0.25 * noise)
            elif name == "model.decoder.layer_norm.bias":
                parameter.copy_(0.02 * noise)
            elif re.search(r"model.decoder.layers.*(out_proj|output_proj|fc2)", name):
                # What all queries read alike shall not drown what they differ in: so labels differ.
                parameter.copy_(0.3 * noise / parameter.shape[-1] ** 0.5)
            elif name == "model.query_position_embeddings.weight":
                parameter.copy_(3 * noise)
            elif parameter.dim() == 1:
                centre = 1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0
                wide = 2.0 if "sampling_offsets" in name else 0.2
                parameter.copy_(centre + wide * noise)
            elif "embed" in name and "bbox" not in name and "patch" not in name or "relative_position" in name:
                parameter.copy_(0.7 * noise)
            else:
                fan_in = parameter[0].numel()
                parameter.copy_(noise * (1.3 / fan_in**0.5))


def captions(tokenizer, tags, limit):
    """Captions of as many tags as fit: their ids, and the places of each tag's own tokens."""
    encoded = []
    for tag in tags:
        ids = tokenizer(tag.lower(), add_special_tokens=False)["input_ids"]
        if ids not in [other for _, other in encoded]:
            encoded.append((tag, ids))
    made = [([101], [])]
    for tag, ids in encoded:
        if len(made[-1][0]) + len(ids) + 2 > limit:
            made.append(([101], []))
        text, spans = made[-1]
        spans.append((tag, [len(text) + i for i, token in enumerate(ids) if token not in SEPARATORS]))
        text.extend(ids + [1012])
    return [(text + [102], spans) for text, spans in made]


def detections(found, size, threshold):
    """Of all captions' logits and boxes those above the threshold, less what better ones suppress."""
    scores, boxes, labels = [], [], []
    for (ids, spans), logits, box in found:
        share = logits.sigmoid()
        best = share.max(-1).values
        for query in torch.nonzero(best > threshold)[:, 0]:
            own = [(share[query, tokens].max().item(), -i) for i, (_, tokens) in enumerate(spans)]
            labels.append(spans[-max(own)[1]][0])
            scores.append(best[query])
            x, y, w, h = box[query]
            boxes.append(torch.stack([x - 0.5 * w, y - 0.5 * h, x + 0.5 * w, y + 0.5 * h]))
    if not scores:
        return []
    width, height = size
    boxes = torch.stack(boxes) * torch.tensor([width, height, width, height])
    scores = torch.stack(scores)
    return [
        {"label": labels[i], "score": scores[i].item(), "box": boxes[i].tolist()}
        for i in torchvision.ops.nms(boxes, scores, 0.5).tolist()
    ]


def threshold_in_a_gap(found, share):
    """Near a quantile, in the middle of the widest gap between two scores."""
    scores = torch.cat([logits.sigmoid().max(-1).values for _, logits, _ in found]).sort().values
    at = int(len(scores) * share)
    window = scores[max(0, at - 4) : at + 5]
    widest = int((window[1:] - window[:-1]).argmax())
    return ((window[widest] + window[widest + 1]) / 2).item()


def build(name, spec, output, vocabulary):
    folder = output / name
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    tokenizer = BertTokenizer(str(folder / "vocab.txt"))
    config = GroundingDinoConfig(
        backbone_config=SwinConfig(**spec["swin"]).to_dict(),
        text_config=BertConfig(vocab_size=len(vocabulary), max_position_embeddings=64, **spec["bert"]).to_dict(),
        **spec["dino"],
    )
    model = GroundingDinoForObjectDetection(config).eval()
    randomise(model, spec["seed"])
    if name == "tiny-a":
        model.save_pretrained(folder)
    else:  # what a user may save of a model in memory, under the names that transformers has there
        config.architectures = ["GroundingDinoForObjectDetection"]
        config.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    processor = GroundingDinoImageProcessorPil(size=spec["size"])
    (folder / "preprocessor_config.json").write_text(json.dumps({"size": spec["size"], "image_processor_type": "GroundingDinoImageProcessor"}))
    return folder, config, model, tokenizer, processor


def pictures(folder):
    for name, width, height, seed in PICTURES:
        picture(width, height, seed).save(folder / f"{name}.png")


def cases(output, folder, config, detect, tokenizer, processor, tensors):
    """Expected results of each picture by `detect`."""
    made = []
    for name, width, height, _ in PICTURES:
        pixels = processor(Image.open(output / "pictures" / f"{name}.png"), return_tensors="pt")["pixel_values"]
        if folder.name != "tiny-a-official":
            tensors[f"{name}.pixel_values"] = pixels
        parts = captions(tokenizer, TAGS, config.max_text_len)
        if name == "line":  # transformers cannot select more queries than there are places
            made.append({"picture": f"{name}.png", "tags": TAGS})
            continue
        found = []
        for i, (ids, spans) in enumerate(parts):
            logits, boxes = detect(pixels, torch.tensor([ids]))
            tensors[f"{name}.{i}.input_ids"] = torch.tensor(ids)
            tensors[f"{name}.{i}.logits"] = logits.contiguous()
            tensors[f"{name}.{i}.boxes"] = boxes.contiguous()
            found.append(((ids, spans), logits, boxes))
        for share in (0.3, 0.7):
            threshold = threshold_in_a_gap(found, share)
            expected = detections(found, (width, height), threshold)
            made.append({"picture": f"{name}.png", "tags": TAGS, "box_threshold": threshold, "captions": len(parts), "detections": expected})
            print(folder.name, name, len(parts), "captions", threshold, len(expected), "detections", sorted({d["label"] for d in expected}))
    return made


def store(folder, made, tensors):
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    (folder / "expected.json").write_text(json.dumps({"versions": versions, "cases": made}, ensure_ascii=False, indent=1))
    save_file(tensors, folder / "expected.safetensors")


def main():
    output, vocabulary, repository = (Path(argument) for argument in sys.argv[1:4])
    shutil.rmtree(output, ignore_errors=True)
    (output / "pictures").mkdir(parents=True)
    pictures(output / "pictures")
    pieces = vocabulary.read_text(encoding="utf-8").splitlines()[:PIECES]
    built = {}
    for name, spec in MODELS.items():
        folder, config, model, tokenizer, processor = built[name] = build(name, spec, output, pieces)

        def detect(pixels, ids, model=model):
            with torch.no_grad():
                out = model(pixel_values=pixels, input_ids=ids)
            return out.logits[0, :, : ids.shape[1]], out.pred_boxes[0]

        tensors = {}
        store(folder, cases(output, folder, config, detect, tokenizer, processor, tensors), tensors)
    official(output, built["tiny-a"], MODELS["tiny-a"], repository)
    published(output, repository)
    saved(output)


def official(output, built, spec, repository):
    source, config, model, tokenizer, processor = built
    weights = grounding_dino_layouts.official(load_file(source / "model.safetensors"), config)
    swin, dino = spec["swin"], spec["dino"]
    # One size of feed-forward networks and of heads is all that the official code has.
    assert dino["encoder_attention_heads"] == dino["decoder_attention_heads"]
    theirs = grounding_dino_official.build(
        repository,
        "swin_T_224_1k",
        swin={key: swin[key] for key in ("embed_dim", "depths", "num_heads", "window_size")},
        bert=BertConfig(vocab_size=PIECES, max_position_embeddings=64, **spec["bert"]),
        enc_layers=dino["encoder_layers"],
        dec_layers=dino["decoder_layers"],
        hidden_dim=dino["d_model"],
        dim_feedforward=dino["encoder_ffn_dim"],
        nheads=dino["encoder_attention_heads"],
        enc_n_points=dino["encoder_n_points"],
        dec_n_points=dino["decoder_n_points"],
        num_queries=dino["num_queries"],
    )
    missing, unexpected = theirs.load_state_dict(weights, strict=False)
    assert not unexpected, unexpected
    derived = ("relative_position_index", "bert.pooler.dense.weight", "bert.pooler.dense.bias")
    assert all(name.endswith(derived) for name in missing), missing
    folder = output / "tiny-a-official"
    folder.mkdir()
    # As published: a prefix of data-parallel training, buffers, and an embedding that nothing uses.
    saved = {"module." + name: value.clone() for name, value in theirs.state_dict().items()}
    saved["module.label_enc.weight"] = torch.zeros(3, dino["d_model"])
    saved["module.bert.embeddings.position_ids"] = torch.arange(64)[None]
    torch.save({"model": saved}, folder / "model.pth")
    manifest = json.loads((source / "config.json").read_text())
    manifest["transformers_version"] = "4.40.0.dev0"
    (folder / "config.json").write_text(json.dumps(manifest, indent=1))
    for name in ("vocab.txt", "preprocessor_config.json"):
        shutil.copy(source / name, folder / name)
    tensors = {}

    def detect(pixels, ids):
        return grounding_dino_official.detect(theirs, pixels, ids)

    store(folder, cases(output, folder, config, detect, tokenizer, processor, tensors), tensors)


def published(output, repository):
    """Names and shapes of the two published models, from the official modules, and which names are buffers."""
    for short, backbone in (("t", "swin_T_224_1k"), ("b", "swin_B_384_22k")):
        model = grounding_dino_official.build(repository, backbone)
        shapes = {name: list(value.shape) for name, value in model.state_dict().items()}
        (output / f"official-swin-{short}.json").write_text(json.dumps(shapes, separators=(",", ":")))


def saved(output):
    """Names and shapes as transformers saves the two published sizes; no weights are made."""
    large = SwinConfig(
        embed_dim=128, depths=[2, 2, 18, 2], num_heads=[4, 8, 16, 32], window_size=12, out_indices=[2, 3, 4]
    )
    for short, config in (("t", GroundingDinoConfig()), ("b", GroundingDinoConfig(backbone_config=large))):
        with torch.device("meta"):
            model = GroundingDinoForObjectDetection(config)
        tensors = revert_weight_conversion(model, dict(model.state_dict()))
        shapes = {name: list(value.shape) for name, value in sorted(tensors.items())}
        written = {"config": config.to_diff_dict(), "tensors": shapes}
        (output / f"transformers-swin-{short}.json").write_text(json.dumps(written, separators=(",", ":")))


if __name__ == "__main__":
    main()
