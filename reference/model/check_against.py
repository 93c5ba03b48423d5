"""check_against.py DIR: does the reference implementation here reproduce golden outputs made elsewhere?

DIR holds checkpoints with expected.json (and expected-trace.safetensors), or sge-*.safetensors, or folders of those.
"""

import json
import pathlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file

from llava_sg import LlavaSg, read_image
from sge import SceneGraphExpression

TOLERANCE = 1e-5


def difference(expected, actual):
    assert expected.shape == actual.shape, (expected.shape, actual.shape)
    return (expected.float() - actual.float()).abs().max().item() if expected.numel() else 0.0


def check_module(file):
    with safe_open(file, "pt") as opened:
        config = json.loads(opened.metadata()["config"])
    tensors = load_file(file)
    weights = {k.removeprefix("weights."): v for k, v in tensors.items() if k.startswith("weights.")}
    out = SceneGraphExpression(config, weights)(tensors["input.f_v"], tensors["input.masks"], tensors["input.f_t"])
    expected = {k.removeprefix("output."): v for k, v in tensors.items() if k.startswith("output.")}
    assert expected.keys() == out.keys(), expected.keys() ^ out.keys()
    worst = max(difference(v, out[k]) for k, v in expected.items())
    print(f"{file.name}: {len(expected)} tensors, largest difference {worst:.1e}")
    return worst < TOLERANCE


def turns_of(case):
    """The (answer, question) pairs of a case's later turns, written out as text in the template."""
    text, turns = case.get("later_turns", ""), []
    while text:
        answer, rest = text.removeprefix(" ").split("</s>USER: ", 1)
        question, text = rest.split(" ASSISTANT:", 1)
        turns.append((answer, question))
    return turns


def locate(directory, name):
    return next(p for p in (directory / name, directory.parent / name) if p.exists())


def check_case(model, directory, expected, case):
    image_path = locate(directory, case.get("image") or expected["image"])
    listed = None
    if case.get("mode") == "scene_graph":
        entities_path = directory / case.get("entities_file", "entities.json")
        listed = [json.loads(entities_path.read_text())["entities"][i] for i in case["entities"]]
    result, trace = model.answer(
        read_image(image_path), case["question"], turns_of(case), listed, case.get("max_new_tokens", 24)
    )
    same = [k for k in ("input_ids", "prompt_token_count", "generated_ids", "answer", "finish") if k in case]
    wrong = [k for k in same if case[k] != result[k]]
    top5 = case.get("first_logits_top5") or case.get("last_logits_top5")
    gap = max(abs(a[1] - b[1]) for a, b in zip(top5, result["first_logits_top5"]))
    if [a[0] for a in top5] != [b[0] for b in result["first_logits_top5"]] or gap > 10 * TOLERANCE:
        wrong.append("first_logits_top5")
    if case.get("graph_tokens_first4"):
        gap = difference(torch.tensor(case["graph_tokens_first4"]), trace["graph_tokens"][:, :4])
        if gap > TOLERANCE:
            wrong.append(f"graph_tokens_first4 ({gap:.1e})")
    if case.get("pixel_values_mean") and abs(case["pixel_values_mean"] - trace["pixel_values"].mean().item()) > TOLERANCE:
        wrong.append("pixel_values_mean")
    return wrong, trace


def check_checkpoint(directory):
    model, good = LlavaSg(directory), True
    expected = json.loads((directory / "expected.json").read_text())
    whole_trace = directory / "expected-trace.safetensors"  # of the first case with a graph, unless a case names its own
    for number, case in enumerate(expected["results"]):
        wrong, trace = check_case(model, directory, expected, case)
        traces = directory / case["trace"] if case.get("trace") else None
        if traces is None and whole_trace.exists() and case.get("mode") == "scene_graph":
            traces, whole_trace = whole_trace, directory / "none"
        note = ""
        if traces is not None:
            stored = load_file(traces)
            worst = max(difference(v, trace[k]) for k, v in stored.items())
            note = f", trace of {len(stored)} tensors, largest difference {worst:.1e}"
            wrong += ["trace"] if worst > TOLERANCE else []
        print(f"{directory.name} case {number}: {'differs in ' + ', '.join(wrong) if wrong else 'same'}{note}")
        good = good and not wrong
    return good


def main():
    root = pathlib.Path(sys.argv[1])
    good = True
    for file in sorted(root.rglob("sge-*.safetensors")):
        good = check_module(file) and good
    for file in sorted(root.rglob("expected.json")):
        if (file.parent / "tokenizer.json").exists() and "results" in json.loads(file.read_text()):
            good = check_checkpoint(file.parent) and good
    print("all the same" if good else "DIFFERENT")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
