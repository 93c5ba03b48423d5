"""What the original LLaVA makes of training data: token ids and labels of every sample, and the order of its sampler.

    python3 reference/train/original_data.py LLAVA FIXTURES

LLAVA is a checkout of the original LLaVA, whose functions are run as they are; FIXTURES is core/src/test/resources.
Its tokenizer was transformers' "legacy" LlamaTokenizer, which is SentencePiece with <s> in front and with </s> split
off: text behind </s> gets the prefix space anew. Newer transformers have another one, so that is written out here.
"""

import ast
import json
import pathlib
import sys
import types

import sentencepiece
import torch

IMAGE = -200


def functions(file, names, scope):
    """Runs definitions out of a file whose imports are not wanted."""
    tree = ast.parse(file.read_text())
    wanted = [node for node in tree.body if getattr(node, "name", None) in names]
    for node in wanted:
        node.returns = None
        for argument in getattr(node, "args", ast.arguments([], [], None, [], [], None, [])).args:
            argument.annotation = None
    exec(compile(ast.Module(wanted, []), str(file), "exec"), scope)
    return scope


class LegacyTokenizer:
    pad_token_id = 0
    bos_token_id = 1
    model_max_length = 2048
    legacy = True

    def __init__(self, file):
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(file))

    def ids(self, text):
        ids = [self.bos_token_id]
        for i, part in enumerate(text.split("</s>")):
            ids += ([2] if i else []) + (self.pieces.encode(part) if part else [])
        return ids

    def __call__(self, text, **ignored):
        if isinstance(text, str):
            return types.SimpleNamespace(input_ids=self.ids(text))
        return types.SimpleNamespace(input_ids=torch.tensor([self.ids(one) for one in text]))


def original(llava):
    conversation = types.ModuleType("conversation")
    conversation.__dict__["dataclasses"] = __import__("dataclasses")
    exec((llava / "llava/conversation.py").read_text(), conversation.__dict__)
    scope = {
        "torch": torch,
        "copy": __import__("copy"),
        "transformers": types.SimpleNamespace(PreTrainedTokenizer=object),
        "conversation_lib": conversation,
        "IGNORE_INDEX": -100,
        "IMAGE_TOKEN_INDEX": IMAGE,
        "DEFAULT_IMAGE_TOKEN": "<image>",
        "IS_TOKENIZER_GREATER_THAN_0_14": True,
        "Sequence": list,
        "Dict": dict,
    }
    functions(llava / "llava/mm_utils.py", {"tokenizer_image_token"}, scope)
    names = {"preprocess_multimodal", "preprocess_v1", "preprocess_plain"}
    return functions(llava / "llava/train/train.py", names, scope)


def expected(scope, tokenizer, samples, template):
    conversation = scope["conversation_lib"]
    conversation.default_conversation = conversation.conv_templates["plain" if template == "plain" else "v1"]
    arguments = types.SimpleNamespace(is_multimodal=True, mm_use_im_start_end=False)
    out = []
    for sample in samples:
        has_image = "image" in sample
        sources = [json.loads(json.dumps(sample["conversations"]))]
        if has_image:
            sources = scope["preprocess_multimodal"](sources, arguments)
        if template == "plain":
            made = scope["preprocess_plain"](sources, tokenizer)
        else:
            made = scope["preprocess_v1"](sources, tokenizer, has_image=has_image)
        labels = made["labels"][0].tolist()
        assert any(label != -100 for label in labels), sample["id"]
        out.append({"id": sample["id"], "ids": made["input_ids"][0].tolist(), "labels": labels})
    return out


def orders(llava, samples):
    """The sampler's order over given draws in place of torch.randperm's."""
    lengths = [
        sum(len(turn["value"].split()) for turn in sample["conversations"]) * (1 if "image" in sample else -1)
        for sample in samples
    ]
    draws = []
    fake = types.SimpleNamespace(randperm=lambda n, generator=None: draws.append(draw(n)) or draws[-1])
    scope = {"torch": fake}
    names = {"split_to_even_chunks", "get_modality_length_grouped_indices", "get_length_grouped_indices"}
    functions(llava / "llava/train/llava_trainer.py", names, scope)
    cases = []
    for batch, micro_batches in ((4, 1), (8, 2), (6, 3), (8, 8)):
        draws.clear()
        order = scope["get_modality_length_grouped_indices"](lengths, batch // micro_batches, micro_batches)
        cases.append(
            {
                "batch": batch,
                "micro_batches": micro_batches,
                "draws": [one.tolist() for one in draws],
                "order": [int(i) for i in order],
            }
        )
    return {"lengths": lengths, "cases": cases}


def draw(n):
    generator = torch.Generator().manual_seed(n)
    return torch.randperm(n, generator=generator)


def main():
    llava, fixtures = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    scope = original(llava)
    tokenizer = LegacyTokenizer(fixtures / "model/tiny-llava-original/tokenizer.model")
    data = fixtures / "train/data"
    out = {}
    for name, template in (("captions", "plain"), ("relations", "v1"), ("instructions", "v1"), ("turns", "v1")):
        samples = json.loads((data / f"{name}.json").read_text())
        out[name] = expected(scope, tokenizer, samples, template)
    out["order"] = orders(llava, json.loads((data / "instructions.json").read_text()))
    (data / "expected.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
