"""make_fixtures.py OUT: writes every model fixture under the folder OUT. Running it again writes the same bytes."""

import copy
import importlib.metadata
import json
import pathlib
import sys
import tempfile

import torch
import transformers
from PIL import Image
from safetensors.torch import save_file

import cases
import components
import layouts
import pictures
import tiny_tokenizer
import tiny_weights
from llava_sg import LlavaSg, read_image

PIECES, VOCABULARY = tiny_tokenizer.PIECES, 640
MIN_GAP = 1e-3  # between the two best logits of any step: no rounding turns one answer into another
TRACE = ("pixel_values", "vision_features", "node_features", "graph_tokens", "edge_attention", "prompt_attention", "first_logits")
VERSIONS = {
    name: importlib.metadata.version(name)
    for name in ("torch", "transformers", "tokenizers", "sentencepiece", "pillow", "safetensors", "numpy")
}

VISION = {
    "hidden_size": 24,
    "image_size": 70,
    "intermediate_size": 56,
    "model_type": "clip_vision_model",
    "num_attention_heads": 3,
    "num_hidden_layers": 5,
    "patch_size": 14,
    "projection_dim": 6,
}
LLAVA = {
    "ignore_index": -100,
    "image_token_index": PIECES,
    "projector_hidden_act": "gelu",
    "vision_feature_layer": -2,
    "vision_feature_select_strategy": "default",
    "vision_config": VISION,
}
SG_CONFIG = {
    "architectures": ["LlavaSgForConditionalGeneration"],
    "dtype": "float32",
    "model_type": "llava_sg",
    **LLAVA,
    "multimodal_projector_bias": True,
    "tie_word_embeddings": False,
    "text_config": {
        "attention_bias": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "head_dim": 12,
        "hidden_act": "silu",
        "hidden_size": 40,
        "intermediate_size": 80,
        "max_position_embeddings": 2048,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": 4,
        "num_hidden_layers": 3,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-05,
        "rope_parameters": {"rope_theta": 5000.0, "rope_type": "default"},
        "tie_word_embeddings": False,
        "vocab_size": VOCABULARY,
    },
    "scene_graph_config": {
        "hidden_size": 32,
        "num_attention_heads": 4,
        "intermediate_size": 48,
        "num_message_passing_layers": 2,
        "num_prompt_layers": 1,
        "layer_norm_eps": 1e-05,
        "message_passing": True,
        "prompt_attention": True,
        "max_nodes": 6,
    },
    "sg_token_index": PIECES + 2,
    "text_token_index": PIECES + 3,
}
LLAMA_CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "bos_token_id": 1,
    "eos_token_id": 2,
    "hidden_act": "silu",
    "hidden_size": 32,
    "intermediate_size": 88,
    "max_position_embeddings": 4096,
    "model_type": "llama",
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "num_key_value_heads": 4,
    "pad_token_id": 0,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "tie_word_embeddings": False,
    "torch_dtype": "float16",
    "vocab_size": PIECES,
}
# As a published port says it: what equals LlamaConfig's and CLIPVisionConfig's defaults is left out.
HF_TEXT = {k: LLAMA_CONFIG[k] for k in ("hidden_size", "intermediate_size", "max_position_embeddings", "model_type")}
HF_TEXT |= {k: LLAMA_CONFIG[k] for k in ("num_attention_heads", "num_hidden_layers", "rms_norm_eps")}
HF_CONFIG = {
    "architectures": ["LlavaForConditionalGeneration"],
    "model_type": "llava",
    **LLAVA,
    "pad_token_id": PIECES + 1,
    "text_config": {**HF_TEXT, "vocab_size": VOCABULARY},
}


def fresh(path):
    path.mkdir(parents=True, exist_ok=True)
    for old in path.iterdir():
        if old.is_file():
            old.unlink()
    return path


def later_turns(turns):
    return "".join(f" {answer}</s>USER: {question} ASSISTANT:" for answer, question in turns)


def run(model, out, case, directory):
    """One case answered by the reference, as it is written into expected.json; its trace beside it if asked for."""
    graph = case["entities"] is not None
    listed = None
    if graph:
        whole = json.loads((out / "pictures" / case["picture"]).with_suffix(".json").read_text(encoding="utf-8"))
        listed = [whole["entities"][i] for i in case["entities"]]
        folder = directory / "entities"
        folder.mkdir(exist_ok=True)
        # Compact: run lengths one a line would be most of the file.
        text = json.dumps({"image": whole["image"], "entities": listed}, ensure_ascii=False)
        (folder / (case["id"] + ".json")).write_text(text + "\n", encoding="utf-8")
    result, trace = model.answer(read_image(out / "pictures" / case["picture"]), case["question"], case["turns"], listed)
    record = {"id": case["id"], "image": "pictures/" + case["picture"], "question": case["question"]}
    record |= {"later_turns": later_turns(case["turns"]), "turns": [{"answer": a, "question": q} for a, q in case["turns"]]}
    record |= {"mode": "scene_graph" if graph else "baseline"}
    if graph:
        record |= {"entities_file": f"../pictures/{case['picture'].rsplit('.', 1)[0]}.json", "entities": case["entities"]}
    record |= result
    if case["trace"]:
        record["trace"] = f"trace-{case['id']}.safetensors"
        kept = {k: v.clone().contiguous() for k, v in trace.items() if k.startswith(TRACE)}
        save_file(kept, directory / record["trace"])
    return record


def write_expected(directory, results, about):
    lines = ",\n".join("  " + json.dumps(r, ensure_ascii=False) for r in results)
    head = json.dumps({"about": about, "conversation": "vicuna_v1", "image_aspect_ratio": "pad", "versions": VERSIONS}, indent=1)
    (directory / "expected.json").write_text(head[:-2] + ',\n "results": [\n' + lines + "\n ]\n}\n", encoding="utf-8")


def write_batches(directory, results):
    """The same questions as input of `ask --batch`: one file with graphs, one for the baseline. No later turns there."""
    for mode, name in (("scene_graph", "cases.jsonl"), ("baseline", "cases-baseline.jsonl")):
        lines = []
        for r in results:
            if r["mode"] == mode and not r["turns"]:
                line = {"id": r["id"], "image": "../" + r["image"], "question": r["question"]}
                if mode == "scene_graph":
                    line["entities"] = f"entities/{r['id']}.json"
                lines.append(json.dumps(line, ensure_ascii=False) + "\n")
        if lines:
            (directory / name).write_text("".join(lines), encoding="utf-8")


def separated(results):
    return min(r["min_top2_gap"] for r in results) > MIN_GAP


def first_good_seed(write, directory, out, listed, start):
    """The first seed whose answers are well separated, several of them distinct and one of them ended by </s>."""
    for seed in range(start, start + 200):
        write(seed)
        results = [run(LlavaSg(directory), out, case, directory) for case in listed]
        distinct = len({tuple(r["generated_ids"]) for r in results})
        stopped = sum(r["finish"] == "stop" for r in results)
        print(f"{directory.name} seed {seed}: gap {min(r['min_top2_gap'] for r in results):.1e}, {distinct} answers, {stopped} ended")
        if separated(results) and distinct >= len(results) - 4 and 0 < stopped < len(results) // 2:
            return results, seed
    raise SystemExit("no seed will do")


def write_scene_graph(out, tokenizer):
    directory = fresh(out / "tiny-llava-sg")
    config = copy.deepcopy(SG_CONFIG)
    layouts.write_json(directory / "config.json", config)
    layouts.write_json(directory / "processor_config.json", layouts.processor_config(70, 14))
    layouts.write_json(directory / "generation_config.json", {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": PIECES + 1})
    specials = tiny_tokenizer.SPECIALS
    layouts.write_tokenizer_json(directory, tokenizer, specials, tiny_tokenizer.metaspace(), "TokenizersBackend")

    def write(seed):
        tensors = tiny_weights.llava(seed, config, PIECES)
        layouts.write_safetensors(directory, layouts.renamed(tensors, layouts.HF_OLD))

    results, seed = first_good_seed(write, directory, out, cases.SCENE_GRAPH, 100)
    write_expected(directory, results, f"LLaVA-SG, random weights of seed {seed}")
    write_batches(directory, results)


def write_hf(directory, tokenizer, tensors, names, prefix_space):
    layouts.write_json(directory / "config.json", HF_CONFIG)
    layouts.write_json(directory / "preprocessor_config.json", layouts.preprocessor_config(70))
    specials = tiny_tokenizer.SPECIALS[:2]
    layouts.write_tokenizer_json(directory, tokenizer, specials, prefix_space, "LlamaTokenizer")
    layouts.write_safetensors(directory, layouts.renamed(tensors, names), shards=3)


def write_baselines(out, tokenizer):
    f16, bf16 = fresh(out / "tiny-llava-hf-f16"), fresh(out / "tiny-llava-hf-bf16")

    def write(seed):
        tensors = tiny_weights.llava(seed, HF_CONFIG | {"text_config": {**LLAMA_CONFIG, "vocab_size": VOCABULARY}}, PIECES)
        halves = {k: v.half() for k, v in tensors.items()}
        write_hf(f16, tokenizer, halves, layouts.HF_NEW, tiny_tokenizer.prepend())
        brains = {k: v.bfloat16() for k, v in tensors.items()}
        write_hf(bf16, tokenizer, brains, layouts.HF_NEW_FLAT_TOWER, tiny_tokenizer.metaspace())
        write.halves = halves

    start = 200
    while True:
        results, seed = first_good_seed(write, f16, out, cases.BASELINE, start)
        brains = [run(LlavaSg(bf16), out, case, bf16) for case in cases.BASELINE]
        if separated(brains):
            break
        start = seed + 1
    write_expected(f16, results, f"LLaVA-1.5 in float16, random weights of seed {seed}; computed in float32")
    write_expected(bf16, brains, f"LLaVA-1.5 in bfloat16, random weights of seed {seed}; computed in float32")
    write_batches(f16, results)
    return write.halves


def without_added_rows(tensors):
    out = dict(tensors)
    for key in ("text.embed_tokens.weight", "head.weight"):
        out[key] = tensors[key][:PIECES].clone()
    return out


def write_other_layouts(out, tokenizer, halves):
    """The weights of tiny-llava-hf-f16 as published in other layouts: its expected.json holds for all of them."""
    plain = without_added_rows(halves)
    original = {"architectures": ["LlavaLlamaForCausalLM"], "model_type": "llava", "image_aspect_ratio": "pad"}
    original |= {"mm_hidden_size": 24, "mm_projector_type": "mlp2x_gelu", "mm_resampler_type": None}
    original |= {"mm_use_im_patch_token": False, "mm_use_im_start_end": False, "mm_vision_select_feature": "patch"}
    original |= {"mm_vision_select_layer": -2, "mm_vision_tower": "../tiny-clip", "use_mm_proj": True}

    directory = fresh(out / "tiny-llava-original")
    layouts.write_json(directory / "config.json", LLAMA_CONFIG | original)
    layouts.write_tokenizer_model(directory, tokenizer)
    tensors = layouts.with_rotary_buffers(layouts.renamed(plain, layouts.ORIGINAL), LLAMA_CONFIG)
    layouts.write_pickles(directory, tensors, shards=2)

    directory = fresh(out / "tiny-llava-original-tower")
    named = {"model_type": "llava_llama", "mm_vision_tower": "openai/tiny-clip-patch14-70"}
    layouts.write_json(directory / "config.json", LLAMA_CONFIG | original | named)
    layouts.write_tokenizer_model(directory, tokenizer)
    layouts.write_safetensors(directory, layouts.renamed(plain, layouts.ORIGINAL_TOWER))

    directory = fresh(out / "tiny-vicuna")
    layouts.write_json(directory / "config.json", LLAMA_CONFIG)
    layouts.write_tokenizer_model(directory, tokenizer)
    tensors = layouts.with_rotary_buffers(layouts.renamed(plain, layouts.LLAMA), LLAMA_CONFIG)
    layouts.write_pickles(directory, tensors, shards=2)

    torch.save(layouts.renamed(plain, layouts.ORIGINAL_PROJECTOR), out / "mm_projector.bin")

    directory = fresh(out / "tiny-clip")
    text = {"hidden_size": 8, "intermediate_size": 16, "model_type": "clip_text_model", "num_attention_heads": 2}
    text |= {"max_position_embeddings": 7, "num_hidden_layers": 1, "projection_dim": 6, "vocab_size": 11}
    clip = {"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 6, "logit_scale_init_value": 2.6592}
    clip |= {"text_config": text, "vision_config": VISION, "torch_dtype": "float16"}
    layouts.write_json(directory / "config.json", clip)
    layouts.write_json(directory / "preprocessor_config.json", layouts.preprocessor_config(70))
    layouts.write_pickles(directory, layouts.clip_model(plain, clip))


def check_other_layouts(out):
    """transformers reads the LLaMA and the CLIP folders as the very parts of the LLaVA that the answers come from."""
    whole = LlavaSg(out / "tiny-llava-hf-f16").model
    llama = transformers.LlamaForCausalLM.from_pretrained(out / "tiny-vicuna", dtype=torch.float32)
    clip = transformers.CLIPVisionModel.from_pretrained(out / "tiny-clip", dtype=torch.float32)
    for name, part in (("language_model.", llama.model), ("vision_tower.", clip)):
        expected = whole.model.state_dict()
        for key, value in part.state_dict().items():
            assert torch.equal(expected[name + key][: len(value)], value), key
    assert torch.equal(whole.lm_head.weight[:PIECES], llama.lm_head.weight)
    expected = json.loads((out / "tiny-llava-hf-f16" / "expected.json").read_text(encoding="utf-8"))
    assert all(token < PIECES for r in expected["results"] for token in r["generated_ids"])


def check_every_weight_matters(out):
    """Moving any tensor moves the first logits, but for what comes after hidden state -2 in the tower."""
    model = LlavaSg(out / "tiny-llava-sg")
    image = read_image(out / "pictures" / "wide.png")
    listed = json.loads((out / "pictures" / "wide.json").read_text(encoding="utf-8"))["entities"][:3]
    unused = ("model.vision_tower.encoder.layers.4.", "model.vision_tower.post_layernorm.")

    def first_logits():
        return model.answer(image, "What is in the picture?", (), listed, max_new_tokens=1)[1]["first_logits"]

    before = first_logits()
    tensors = dict(model.model.named_parameters()) | model.graph.weights
    noise = torch.Generator().manual_seed(0)
    for name, tensor in tensors.items():
        old = tensor.data.clone()
        tensor.data += torch.randn(old.shape, generator=noise) * 0.1
        moved = (first_logits() - before).abs().max().item() > 1e-3
        tensor.data = old
        # A bias that every key shares adds the same to every score of a query: softmax does not see it.
        expected = not name.startswith(unused) and not name.endswith("k_proj.bias")
        assert moved == expected, name


def write_pictures(out):
    directory = fresh(out / "pictures")
    for name, data, listed in pictures.make():
        (directory / name).write_bytes(data)
        Image.open(directory / name).verify()
        text = json.dumps(listed, ensure_ascii=False) + "\n"
        (directory / name).with_suffix(".json").write_text(text, encoding="utf-8")


def all_texts():
    for case in cases.SCENE_GRAPH + cases.BASELINE:
        question = case["question"].strip()
        yield question
        yield f"\n{question} ASSISTANT:"
        for answer, following in case["turns"]:
            yield f"\n{question} ASSISTANT: {answer}"
            yield f"USER: {following} ASSISTANT:"


def main():
    out = pathlib.Path(sys.argv[1])
    torch.set_num_threads(1)  # sums in one order, so that a second run writes the same bytes
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = tiny_tokenizer.train()
    for prefix_space in (tiny_tokenizer.metaspace(), tiny_tokenizer.prepend()):
        text = tiny_tokenizer.tokenizer_json(tokenizer, tiny_tokenizer.SPECIALS, prefix_space)
        tiny_tokenizer.check(tokenizer, text, all_texts())
    write_pictures(out)
    write_scene_graph(out, tokenizer)
    halves = write_baselines(out, tokenizer)
    write_other_layouts(out, tokenizer, halves)
    check_other_layouts(out)
    check_every_weight_matters(out)
    components.write(out / "components", VERSIONS)


if __name__ == "__main__":
    main()
