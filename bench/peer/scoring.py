"""scoring.py FILE --lmms-eval CHECKOUT: scores VQA answers by lmms-eval's task and captions by pycocoevalcap.

Only the modules that score are imported, so that a whole process is what scoring costs and no more; the last line of
stdout is JSON.
"""

import argparse
import json
import pathlib
import sys
import types
from unittest.mock import MagicMock


def harness(checkout):
    """lmms-eval's VQAv2 task without its packages."""
    root = checkout / "lmms_eval"
    for name in ("", ".tasks", ".tasks._task_utils", ".tasks.vqav2"):
        package = types.ModuleType("lmms_eval" + name)
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules["lmms_eval" + name] = package
    for unused in ("loguru", "lmms_eval.tasks._task_utils.file_utils"):
        sys.modules[unused] = MagicMock()
    from lmms_eval.tasks.vqav2 import utils

    return utils


def vqa(questions, checkout):
    utils = harness(checkout)
    total = 0
    for question in questions:
        document = {
            "question_id": question["question_id"],
            "answers": [
                {"answer": text, "answer_confidence": "yes", "answer_id": i + 1}
                for i, text in enumerate(question["answers"])
            ],
        }
        total += utils.vqav2_process_results(document, [question["answer"]])["exact_match"]
    return total / len(questions)


def cider(images):
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    tokenizer = PTBTokenizer()
    references = {image["image_id"]: [{"caption": text} for text in image["references"]] for image in images}
    candidates = {image["image_id"]: [{"caption": image["caption"]}] for image in images}
    score, _ = Cider().compute_score(tokenizer.tokenize(references), tokenizer.tokenize(candidates))
    return float(score)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--lmms-eval", type=pathlib.Path)
    parser.add_argument("--threads", type=int, help="for the sake of the other peers")
    args = parser.parse_args()
    data = json.loads(args.file.read_text())
    scores = {}
    if data["vqa"]:
        scores["vqa"] = vqa(data["vqa"], args.lmms_eval)
    if data["captions"]:
        scores["cider"] = cider(data["captions"])
    print(json.dumps(scores))


main()
