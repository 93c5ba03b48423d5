"""make_answer_fixtures.py LMMS_EVAL VQA NLVR POPE DIR

Scores odd answers by the evaluators' own code: lmms-eval's task files, the VQA challenge's VQAEval,
NLVR's metrics_images.py and POPE's evaluate.py. Needs numpy, pandas and scipy.
"""

import copy
import json
import os
import random
import sys
import tempfile
from pathlib import Path

import numpy
import pandas
import scipy.stats

import official
from odd_answers import ODD, PLAIN, answers, variants

ABILITIES = ["logic_reasoning", "attribute_reasoning", "relation_reasoning",
             "finegrained_perception (instance-level)", "finegrained_perception (cross-instance)",
             "coarse_perception"]


def vqa_questions():
    """Each odd answer beside ten annotators: agreeing, nearly agreeing, or not at all."""
    rng = random.Random(11)
    pool = answers()
    for number, answer in enumerate(pool):
        share = rng.choice([0, 1, 2, 3, 4, 6, 9, 10])
        same = [variants(answer, rng) if number % 3 else answer for _ in range(share)]
        others = [rng.choice(PLAIN) for _ in range(10 - share)] if number % 5 else [PLAIN[0]] * (10 - share)
        annotators = same + others
        rng.shuffle(annotators)
        yield answer, annotators


def vqa(load, vqa_checkout):
    utils = load("lmms_eval.tasks.vqav2.utils")
    cases = []
    truth, given = {}, {}
    for number, (answer, annotators) in enumerate(vqa_questions()):
        documents = [{"answer": text, "answer_confidence": "yes", "answer_id": i + 1}
                     for i, text in enumerate(annotators)]
        document = {"question_id": number, "answers": copy.deepcopy(documents)}
        result = utils.vqav2_process_results(document, [answer])
        cases.append({"answer": answer, "annotators": annotators, "accuracy": result["exact_match"],
                      "normalized": result["submission"]["answer"]})
        truth[number] = {"answers": documents, "question_type": "what", "answer_type": "other"}
        given[number] = {"answer": answer}
    evaluation = official.vqa_eval(vqa_checkout)(official.Questions(truth), official.Questions(given), n=12)
    with open(os.devnull, "w") as nowhere, official.redirect_stdout(nowhere):
        evaluation.evaluate()
    for number, case in enumerate(cases):
        case["challenge"] = evaluation.evalQA[number] / 100
    return cases


def exact_match(load):
    metrics = load("lmms_eval.api.metrics")
    rng = random.Random(13)
    cases = []
    for answer in answers():
        for reference in (variants(answer, rng), rng.choice(PLAIN)):
            score = metrics.exact_match_hf_evaluate(
                predictions=[answer.strip()], references=[reference], ignore_case=True,
                ignore_punctuation=True)["exact_match"]
            cases.append({"answer": answer, "reference": reference, "matches": bool(score)})
    return cases


LETTER_ANSWERS = [f"{before}{letter}{after}" for letter in "ABCDEabcdZÉéⒶ" for before in ("", " ", "(", "The answer is ")
                  for after in ("", ".", ". dog", " .", ".dog", ")", ":", ",")]


def option_letter(load):
    utils = load("lmms_eval.tasks.scienceqa.utils")
    cases = []
    for number, answer in enumerate(LETTER_ANSWERS + answers()):
        right = number % 4
        score = utils.sqa_process_results({"choices": ["w", "x", "y", "z"], "answer": right}, [answer])
        cases.append({"answer": answer, "letter": "ABCD"[right], "matches": score["exact_match"] == 1})
    return cases


OPTIONS = [
    ["cat", "dog", "a red bird", "horse"],
    ["Yes", "No"],
    ["2", "3", "12", "13"],
    ["left", "right", "to the left of the car"],
    ["猫", "狗", "一只鸟", "马"],
    ["The man is riding a horse.", "The horse is riding a man.", "Nobody rides.", "A dog"],
    ["Straße", "İstanbul", "Café", "ΟΔΟΣ"],
]


def choice_answers(options, rng):
    """Ways to answer a question with options, good and bad ones."""
    letters = "ABCDE"[:len(options)]
    for letter, text in zip(letters, options):
        for form in ("{l}", "{l}.", "({l})", "{l})", "({l}).", "{l},", "{l}: {t}", ":{l}", ": {l}", ":{l}).",
                     "{l}. {t}", "{t}", "{t}.", "It is {t}", "{T}", "The answer is {l}", "The answer is {l}.",
                     "the correct option is {l} because of {t}", "Answer:{l}", "答案是{l}", "选{l}。", "정답은 {l}",
                     "I choose {l}", "{l} and", "so {l}!", "'{l}'", "\"{l}.\"", "A {t} is here: {l}",
                     "A long answer with {l} inside", "Option{l}", "{l}{l}", "not {l}x", "**{l}**", "{l}\n{t}"):
            yield form.format(l=letter, t=text, T=text.upper())
    for form in ("", " ", "E", "F", "neither", "A B", "A or B", "A, B", "A. B.", "(A) or (B)", "a", "b.",
                 "A dog is on A. hill B", "I think it is either a dog or a cat", "A A A A", "none of them",
                 "answer is answer is B", "The best answer is (C) not (B)", "x" * 3000 + " B", "🐶 B", "🐶B"):
        yield form
    for _ in range(8):
        yield " ".join(rng.choices(ODD, k=2))[:400]


def choices(load):
    evaluator = load("lmms_eval.tasks.mmbench.mmbench_evals").MMBench_Evaluator()
    extract = load("lmms_eval.tasks._task_utils.mcq_extract").extract_mcq_answer
    rng = random.Random(17)
    cases = []
    for options in OPTIONS:
        by_letter = dict(zip("ABCD", options))
        for answer in choice_answers(options, rng):
            match = evaluator.can_infer(answer, dict(by_letter)) or None
            cases.append({"options": by_letter, "answer": answer, "match": match,
                          "extract": extract(answer, choices=sorted(by_letter)) or None})
    return cases


def circular(load):
    """Questions with all their rotations, scored whole by the static evaluation."""
    evaluator = load("lmms_eval.tasks.mmbench.mmbench_evals").MMBench_Evaluator()
    rng = random.Random(19)
    rows = []
    for index in range(240):
        options = rng.choice([o for o in OPTIONS if o[0] != "Straße"])
        right = rng.randrange(len(options))
        skill = rng.random()
        for turn in range(len(options)):
            turned = options[turn:] + options[:turn]
            letter = "ABCD"[turned.index(options[right])]
            kind = rng.random()
            if kind < skill:
                answer = rng.choice([letter, letter + ".", f"The answer is {letter}", options[right],
                                     f"({letter}) {options[right]}", f"**{letter}**", f"I pick {letter}!"])
            else:
                answer = rng.choice([*"ABCD", "", "E", rng.choice(options), "no idea", rng.choice(ODD)[:200]])
            row = {"index": index + turn * 1_000_000, "question": "Which one?", "answer": letter,
                   "prediction": answer.strip(), "category": "c", "L2-category": ABILITIES[index % 6]}
            row.update({c: turned[i] if i < len(turned) else float("nan") for i, c in enumerate("ABCD")})
            rows.append(row)
    rng.shuffle(rows)
    rows.append({**rows[0], "index": 5_000_999})  # Its question itself is not there.
    with open(os.devnull, "w") as nowhere, official.redirect_stdout(nowhere):
        overall, _, abilities = evaluator.eval_result(copy.deepcopy(rows), eval_method="static")
    for row in rows:
        row["options"] = {c: row.pop(c) for c in "ABCD" if isinstance(row.get(c), str)}
        for missing in [c for c in "ABCD" if c in row]:
            del row[missing]
        del row["question"], row["category"]
    return {"rows": rows, "accuracy": overall, "abilities": abilities}


def pope(load, checkout):
    utils = load("lmms_eval.tasks.pope.utils")
    rng = random.Random(23)
    sets = []
    forms = ["yes", "no", "Yes", "No", " yes\n", "NO", "Yes.", "no, it is not", "", "maybe", "是", "yes" * 900]
    for size, given in ((400, forms), (300, ["yes", "no"]), (7, ["no"]), (5, ["yes"]), (6, ["maybe"])):
        pairs = [(rng.choice(given), rng.choice(["yes", "no"])) for _ in range(size)]
        results = [utils.pope_process_results({"answer": label, "question_id": i}, [answer])["pope_accuracy"]
                   for i, (answer, label) in enumerate(pairs)]
        figures = {name: getattr(utils, "pope_aggregate_" + name)(results)
                   for name in ("accuracy", "precision", "recall", "f1_score", "yes_ratio")}
        entry = {"pairs": pairs, **figures}
        if given == ["yes", "no"]:
            entry["pope"] = pope_script(checkout, pairs)
        sets.append(entry)
    return sets


def pope_script(checkout, pairs):
    """POPE's own script, on answers that it reads as the strict rule does."""
    with tempfile.TemporaryDirectory() as folder:
        given, labels = Path(folder) / "answers", Path(folder) / "labels"
        given.write_text("".join(json.dumps({"answer": answer}) + "\n" for answer, _ in pairs))
        labels.write_text("".join(json.dumps({"label": label}) + "\n" for _, label in pairs))
        printed = official.script(
            Path(checkout) / "evaluate.py", [],
            lambda source: source.replace("ans_file = ''", f"ans_file = {str(given)!r}").replace(
                "label_file = ''", f"label_file = {str(labels)!r}"))
    lines = dict(line.split(": ") for line in printed.splitlines() if ": " in line)
    return {key: float(value) for key, value in lines.items()}


def nlvr(checkout):
    """80 statements, up to four scenes each, six pictures a scene."""
    rng = random.Random(29)
    with tempfile.TemporaryDirectory() as folder:
        predictions, examples = Path(folder) / "predictions.csv", Path(folder) / "examples.json"
        judged = []
        for statement in range(80):
            skill = rng.choice([1, 1, .98, .7, .5])
            for scene in range(rng.randint(1, 4)):
                label = rng.choice(["true", "false"])
                for picture in range(6):
                    right = rng.random() < skill
                    answer = label if right else rng.choice(["maybe", "", "false" if label == "true" else "true"])
                    judged.append((f"{statement}-{scene}", picture, answer.title() if picture % 2 else answer, label))
        predictions.write_text("".join(f"test-{i}-{k}.png,{answer}\n" for i, k, answer, _ in judged))
        labels = dict((i, label) for i, _, _, label in judged)
        examples.write_text("".join(json.dumps({"identifier": i, "label": label}) + "\n" for i, label in labels.items()))
        printed = official.script(Path(checkout) / "nlvr/metrics_images.py", [predictions, examples])
    figures = dict(line.split("=") for line in printed.split())
    return {"judgements": [{"statement": i.split("-")[0], "answer": answer, "label": label} for i, _, answer, label in judged],
            "accuracy": float(figures["precision"]), "consistency": float(figures["consistency"])}


def statistics():
    """Tests and intervals by scipy; bootstraps by its percentile method, with many resamples."""
    rng = numpy.random.default_rng(31)
    splits = [{"better": b, "worse": w, "p": scipy.stats.binomtest(b, b + w).pvalue}
              for b, w in ((0, 1), (1, 0), (5, 5), (12, 3), (3, 12), (60, 40), (1000, 900), (5300, 5000), (1, 40))]
    seeds = []
    for values in ([1.0, 2.0], [.3, -.1, .2], [1.5, 1.5, 1.5], list(rng.normal(.4, .3, 5)), list(rng.normal(0, 1, 12))):
        mean, error = numpy.mean(values), scipy.stats.sem(values)
        low, high = (mean, mean) if error == 0 else scipy.stats.t.interval(.95, len(values) - 1, mean, error)
        seeds.append({"values": values, "mean": mean, "low": low, "high": high})
    bootstraps = []
    for scores in ((rng.random(400) < .62).astype(float), rng.beta(2, 3, 250), rng.choice([-1., 0, 1], 500, p=[.1, .7, .2])):
        found = scipy.stats.bootstrap((scores,), numpy.mean, n_resamples=200_000, method="percentile", rng=rng)
        bootstraps.append({"scores": scores.tolist(), "mean": scores.mean(), "low": found.confidence_interval.low,
                           "high": found.confidence_interval.high})
    return {"sign": splits, "student": seeds, "bootstrap": bootstraps}


def main(lmms_checkout, vqa_checkout, nlvr_checkout, pope_checkout, directory):
    load = official.lmms_eval(lmms_checkout)
    made = {"vqa": vqa(load, vqa_checkout), "exact-match": exact_match(load), "option-letter": option_letter(load),
            "choices": choices(load), "circular": circular(load), "pope": pope(load, pope_checkout),
            "nlvr": nlvr(nlvr_checkout), "statistics": statistics()}
    versions = {"python": sys.version.split()[0], "numpy": numpy.__version__, "pandas": pandas.__version__,
                "scipy": scipy.__version__}
    for name, content in made.items():
        text = json.dumps({"versions": versions, "cases": content}, ensure_ascii=True, indent=None,
                          separators=(",", ":"), default=float)
        (Path(directory) / f"{name}.json").write_text(text + "\n")
        print(name, len(content), len(text))


if __name__ == "__main__":
    main(*sys.argv[1:])
