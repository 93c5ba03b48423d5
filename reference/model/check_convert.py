"""check_convert.py DIR [--image F] [--question Q]: is DIR, a LLaVA-SG directory, readable by transformers?

transformers knows the LLaVA inside it: every one of its weights has to be there in the right shape, and nothing may be
left over but the scene graph's. Tokenizer and image processor are loaded by their Auto classes, and a few tokens are
generated greedily, without a graph. Prints JSON; exit 1 if anything is wrong.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import torch
import transformers
from PIL import Image

from llava_sg import BOS, EOS, SYSTEM, preprocess, read_image, weights_of


def check_graph(config, names, problems):
    """The names that the scene graph's config asks for, where there is one."""
    graph = config.get("scene_graph_config")
    have = {n for n in names if n.startswith("scene_graph")}
    if graph is None:
        if have:
            problems.append(f"{len(have)} scene graph weights, but no scene_graph_config")
        return
    linears, norms = ["scene_graph.node_proj", "scene_graph_projector.linear_1", "scene_graph_projector.linear_2"], ["scene_graph.final_norm"]
    blocks = []
    if graph["message_passing"]:
        blocks += [f"scene_graph.message_passing.{i}." for i in range(graph["num_message_passing_layers"])]
    if graph["prompt_attention"]:
        blocks += [f"scene_graph.prompt_attention.{i}." for i in range(graph["num_prompt_layers"])]
        linears.append("scene_graph.prompt_proj")
        norms.append("scene_graph.prompt_norm")
    for block in blocks:
        norms += [block + "norm1", block + "norm2"]
        linears += [block + "mlp.fc1", block + "mlp.fc2"] + [f"{block}attn.{x}_proj" for x in "qkvo"]
    need = {f"{name}.{kind}" for name in linears + norms for kind in ("weight", "bias")}
    if need - have:
        problems.append(f"missing: {sorted(need - have)}")


def check_tokenizer(directory, config, problems):
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    wanted = {"<image>": config["image_token_index"], "<sg>": config.get("sg_token_index"), "<text>": config.get("text_token_index")}
    for token, index in wanted.items():
        if index is not None and tokenizer.convert_tokens_to_ids(token) != index:
            problems.append(f"{token} is {tokenizer.convert_tokens_to_ids(token)} in the tokenizer, {index} in the config")
    sample = "Is <sg> there?\nYes, 图 🙂."
    if tokenizer.decode(tokenizer(sample, add_special_tokens=False, split_special_tokens=True).input_ids) != sample:
        problems.append("the tokenizer does not give a text back")
    return tokenizer


def check_processor(directory, image, size, problems):
    """transformers' own processor on a square picture, where padding plays no part."""
    processor = transformers.AutoImageProcessor.from_pretrained(directory)
    side = min(image.size)
    square = image.crop((0, 0, side, side))
    pixels = torch.as_tensor(np.asarray(processor(images=square, return_tensors="pt")["pixel_values"]))
    expected = preprocess(square, size)
    if pixels.shape != expected.shape:
        problems.append(f"the image processor gives {tuple(pixels.shape)}, the config asks for {tuple(expected.shape)}")
    elif (pixels - expected).abs().mean() > 0.02:  # its resizing differs from Pillow's by a grey level here and there
        problems.append(f"the image processor is {(pixels - expected).abs().mean().item():.3f} off on average")
    return type(processor).__name__


@torch.inference_mode()
def generate(model, tokenizer, config, image, question, count):
    def ids(text):
        return tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids

    vision = model.config.vision_config
    patches = (vision.image_size // vision.patch_size) ** 2
    before, after = ids(SYSTEM + " USER: "), ids("\n" + question.strip() + " ASSISTANT:")
    prompt = torch.tensor([[BOS] + before + [config["image_token_index"]] * patches + after])
    pixels = preprocess(image, vision.image_size).to(model.dtype)
    out = model.generate(
        input_ids=prompt, attention_mask=torch.ones_like(prompt), pixel_values=pixels,
        do_sample=False, max_new_tokens=count, eos_token_id=EOS, pad_token_id=0,
    )  # fmt: skip
    new = out[0, prompt.shape[1] :].tolist()
    return prompt.shape[1], [token for token in new if token != EOS]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--image", type=pathlib.Path)
    parser.add_argument("--question", default="What is in the picture?")
    parser.add_argument("--max-new-tokens", type=int, default=8)
    args = parser.parse_args()
    config = json.loads((args.directory / "config.json").read_text())
    llava = transformers.LlavaConfig.from_dict({**config, "model_type": "llava"})
    model, info = transformers.LlavaForConditionalGeneration.from_pretrained(
        args.directory, config=llava, dtype="auto", output_loading_info=True
    )
    problems = [f"{kind}: {sorted(map(str, info[kind]))}" for kind in ("missing_keys", "mismatched_keys") if info[kind]]
    strange = sorted(k for k in info["unexpected_keys"] if not k.startswith("scene_graph"))
    if strange:
        problems.append(f"unexpected: {strange}")
    if config["model_type"] != "llava_sg":
        problems.append(f"model_type is {config['model_type']}")
    weights = weights_of(args.directory)
    check_graph(config, weights, problems)
    tokenizer = check_tokenizer(args.directory, config, problems)
    image = read_image(args.image) if args.image else Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8))
    processor = check_processor(args.directory, image, llava.vision_config.image_size, problems)
    tokens, generated = generate(model.eval(), tokenizer, config, image, args.question, args.max_new_tokens)
    result = {"good": not problems, "problems": problems, "dtype": str(model.dtype).removeprefix("torch.")}
    result |= {"tensors": len(weights), "scene_graph_tensors": sum(k.startswith("scene_graph") for k in weights)}
    result |= {"tokenizer": type(tokenizer).__name__, "image_processor": processor, "prompt_tokens": tokens}
    result |= {"token_ids": generated, "answer": tokenizer.decode(generated, skip_special_tokens=True)}
    print(json.dumps(result, ensure_ascii=False))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
