"""Small data sets in the published format of every benchmark, and the prompts that lmms-eval makes.

    python3 reference/eval/make_fixtures.py LMMS_EVAL core/src/test/resources/eval

LMMS_EVAL is a checkout of lmms-eval, whose task files are run and not copied. Needs pyarrow, pillow,
pandas, pyyaml, loguru and requests; the versions stand in expected.json.
"""

import base64
import importlib.util
import io
import itertools
import json
import math
import os
import pathlib
import sys
import types

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from PIL import Image, ImageDraw

LMMS, OUT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
TASKS = LMMS / "lmms_eval" / "tasks"
QUESTIONS = ["What is in the box?", "Is the ball left of the cube?", "How many balls are there?"]


# Pictures ---------------------------------------------------------------------------------------

def picture(number):
    image = Image.new("RGB", (64 + 8 * number, 48), (230, 230, 224))
    draw = ImageDraw.Draw(image)
    draw.ellipse((6 + number, 10, 26 + number, 30), fill=(200, 40 * number % 256, 60))
    draw.rectangle((36, 14, 56, 40), fill=(40, 80, 30 * number % 256))
    return image


def encoded(number, kind="PNG"):
    buffer = io.BytesIO()
    picture(number).save(buffer, kind)
    return buffer.getvalue()


def write(path, content):
    path = OUT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def parquet(path, rows, schema, compression, rows_per_group=2):
    path = OUT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=pa.schema(schema))
    pq.write_table(table, path, compression=compression, row_group_size=rows_per_group)


IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


# lmms-eval's own functions ------------------------------------------------------------------------

def stub(name, **members):
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


def load(relative, name):
    spec = importlib.util.spec_from_file_location(name, TASKS / relative)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Loader(yaml.SafeLoader):
    pass


Loader.add_constructor("!function", lambda loader, node: None)


def config(relative):
    """A task's settings, with those that it includes."""
    path = TASKS / relative
    settings = yaml.load(path.read_text(encoding="utf-8"), Loader)
    if "include" in settings:
        return {**config(path.parent.relative_to(TASKS) / settings["include"]), **settings}
    return settings


for package in ["lmms_eval", "lmms_eval.tasks", "lmms_eval.tasks._task_utils",
                "lmms_eval.tasks.mmbench"]:
    stub(package)
stub("lmms_eval.tasks._task_utils.file_utils", generate_submission_file=None)
sys.modules["lmms_eval.tasks._task_utils"].file_utils = sys.modules[
    "lmms_eval.tasks._task_utils.file_utils"]
stub("datasets", Dataset=None, load_dataset=None)
stub("pycocoevalcap"), stub("pycocoevalcap.tokenizer"), stub("pycocotools")
stub("pycocoevalcap.eval", Bleu=None, Cider=None, COCOEvalCap=None, Meteor=None, Rouge=None)
stub("pycocoevalcap.tokenizer.ptbtokenizer", PTBTokenizer=None)
stub("pycocotools.coco", COCO=None)
load("_task_utils/vqa_eval_metric.py", "lmms_eval.tasks._task_utils.vqa_eval_metric")
load("mmbench/mmbench_evals.py", "lmms_eval.tasks.mmbench.mmbench_evals")

FUNCTIONS = {
    "vqav2": (load("vqav2/utils.py", "u1").vqav2_doc_to_text, "vqav2/vqav2_val.yaml"),
    "gqa": (load("gqa/utils.py", "u2").gqa_doc_to_text, "gqa/gqa.yaml"),
    "scienceqa_img": (load("scienceqa/utils.py", "u3").sqa_doc_to_text,
                      "scienceqa/scienceqa_img.yaml"),
    "mmbench_en": (load("mmbench/en_utils.py", "u4").mmbench_doc_to_text,
                   "mmbench/mmbench_en_dev.yaml"),
    "mmbench_cn": (load("mmbench/cn_utils.py", "u5").mmbench_doc_to_text,
                   "mmbench/mmbench_cn_dev.yaml"),
    "pope": (load("pope/utils.py", "u6").pope_doc_to_text, "pope/pope.yaml"),
}
caption = load("coco_cap/utils.py", "u7").coco_doc_to_text
expected = {"versions": {"pyarrow": pa.__version__, "pillow": Image.__version__,
                         "pandas": pd.__version__}, "tasks": {}}


def expect(form, task, prompts, references):
    """What a reader must make of one form of a task's data: prompts and answers by id."""
    settings = config(FUNCTIONS[task][1]) if task in FUNCTIONS else config(
        "coco_cap/coco2017_cap_val.yaml")
    expected["tasks"][form] = {
        "task": task,
        "max_new_tokens": settings["generation_kwargs"]["max_new_tokens"],
        "prompts": prompts,
        "references": references,
    }


def prompt(task, doc):
    function, settings = FUNCTIONS[task]
    return function(doc, config(settings)["lmms_eval_specific_kwargs"]["default"])


# The data sets ------------------------------------------------------------------------------------

def vqav2():
    questions, annotations, rows = [], [], []
    for n, question in enumerate(QUESTIONS):
        answers = [{"answer": ["ball", "yes", "2"][n] if k < 6 else "a " + ["cube", "no", "3"][n],
                    "answer_confidence": "yes", "answer_id": k + 1} for k in range(10)]
        key = {"image_id": 40 + n, "question_id": (40 + n) * 1000}
        questions.append({**key, "question": question})
        kind = ["other", "yes/no", "number"][n]
        annotations.append({**key, "question_type": "none", "answer_type": kind,
                            "multiple_choice_answer": answers[0]["answer"], "answers": answers})
        rows.append({**annotations[-1], "question": question,
                     "image": {"bytes": encoded(n, "JPEG"), "path": f"{40 + n}.jpg"}})
        write(f"vqav2/val2014/COCO_val2014_{40 + n:012d}.jpg", encoded(n, "JPEG"))
    head = {"info": {"description": "made up"}, "data_subtype": "val2014"}
    write("vqav2/v2_OpenEnded_mscoco_val2014_questions.json", {**head, "questions": questions})
    write("vqav2/v2_mscoco_val2014_annotations.json", {**head, "annotations": annotations})
    write("vqav2/v2_OpenEnded_mscoco_test2015_questions.json",
          {**head, "data_subtype": "test2015", "questions": questions})
    for n in range(3):
        write(f"vqav2/test2015/COCO_test2015_{40 + n:012d}.jpg", encoded(n, "JPEG"))
    answers = pa.list_(pa.struct([("answer", pa.string()), ("answer_confidence", pa.string()),
                                  ("answer_id", pa.int64())]))
    schema = [("question_type", pa.string()), ("multiple_choice_answer", pa.string()),
              ("answers", answers), ("image_id", pa.int64()), ("answer_type", pa.string()),
              ("question_id", pa.int64()), ("question", pa.string()), ("image", IMAGE)]
    parquet("vqav2-hub/data/validation-00000-of-00002.parquet", rows[:2], schema, "snappy", 1)
    parquet("vqav2-hub/data/validation-00001-of-00002.parquet", rows[2:], schema, "zstd")
    prompts = {str(r["question_id"]): prompt("vqav2", r) for r in rows}
    references = {str(r["question_id"]): [a["answer"] for a in r["answers"]] for r in rows}
    expect("vqav2", "vqav2", prompts, references)
    expect("vqav2-hub", "vqav2", prompts, references)


def gqa():
    docs = {}
    for n, question in enumerate(QUESTIONS + ["What colour is it?"]):
        docs[f"0{n}"] = {"question": question, "imageId": f"n{(3 - n) % 3}",
                         "answer": ["ball", "yes", "two", "red"][n], "isBalanced": True,
                         "types": {"structural": ["query", "verify"][n % 2]},
                         "fullAnswer": "It is so."}
    write("gqa/testdev_balanced_questions.json", docs)
    for n in range(3):
        write(f"gqa/images/n{n}.jpg", encoded(n, "JPEG"))
    kinds = pa.struct([("structural", pa.string())])
    parquet("gqa-hub/testdev_balanced_instructions/testdev-00000-of-00001.parquet",
            [{"id": key, **doc} for key, doc in docs.items()],
            [("id", pa.string()), ("imageId", pa.string()), ("question", pa.string()),
             ("answer", pa.string()), ("isBalanced", pa.bool_()), ("types", kinds)], "zstd")
    parquet("gqa-hub/testdev_balanced_images/testdev-00000-of-00001.parquet",
            [{"id": f"n{n}", "image": {"bytes": encoded(n, "JPEG"), "path": f"n{n}.jpg"}}
             for n in range(3)], [("id", pa.string()), ("image", IMAGE)], "snappy", 1)
    prompts = {key: prompt("gqa", doc) for key, doc in docs.items()}
    references = {key: [doc["answer"]] for key, doc in docs.items()}
    expect("gqa", "gqa", prompts, references)
    expect("gqa-hub", "gqa", prompts, references)


def scienceqa():
    docs = [
        {"question": "Which is it?", "choices": ["a ball", "a cube"], "answer": 1,
         "hint": "Look at the picture.\nThen think.", "subject": "natural science"},
        {"question": "Which one rolls?", "choices": ["ball", "cube", "neither"], "answer": 0,
         "hint": "", "subject": "social science"},
        {"question": "No picture?", "choices": ["yes", "no"], "answer": 0, "hint": "",
         "subject": "language science"},
    ]
    write("scienceqa/problems.json",
          {str(70 + n): {**doc, "image": "image.png" if n < 2 else None, "split": "test"}
           for n, doc in enumerate(docs)} | {"99": {**docs[0], "image": "image.png"}})
    write("scienceqa/pid_splits.json", {"train": ["99"], "val": [], "test": ["70", "71", "72"]})
    for n in range(2):
        write(f"scienceqa/test/{70 + n}/image.png", encoded(n))
    rows = [{**doc, "image": {"bytes": encoded(n), "path": "image.png"} if n < 2 else None}
            for n, doc in enumerate(docs)]
    parquet("scienceqa-hub/ScienceQA-IMG/test-00000-of-00001.parquet", rows,
            [("image", IMAGE), ("question", pa.string()), ("choices", pa.list_(pa.string())),
             ("answer", pa.int8()), ("hint", pa.string()), ("subject", pa.string())], "snappy")
    for form, base in [("scienceqa", 70), ("scienceqa-hub", 0)]:
        expect(form, "scienceqa_img",
               {str(base + n): prompt("scienceqa_img", docs[n]) for n in range(2)},
               {str(base + n): ["AB"[docs[n]["answer"]]] for n in range(2)})


ABILITIES = ["attribute_reasoning", "coarse_perception",
             "finegrained_perception (instance-level)"]


def mmbench_docs(language):
    docs = []
    words = {"en": (["Which is round?", "What is it,\nand why \"so\"?", "Where is the ball?"],
                    [["the ball", "the cube", "both"], ["a toy", "a tool"],
                     ["left", "right", "above", "below"]], [None, "Look closely.", None]),
             "cn": (["哪个是圆的？", "这是什么？", "球在哪里？"],
                    [["球", "方块", "都是"], ["玩具", "工具"], ["左", "右", "上", "下"]],
                    [None, "仔细看。", None])}
    questions, options, hints = words[language]
    for turn in range(2):
        for n, question in enumerate(questions):
            choices = options[n][turn:] + options[n][:turn]
            docs.append({"index": n + turn * 1000000, "question": question, "hint": hints[n],
                         **dict(itertools.zip_longest("ABCD", choices)),
                         "answer": "ABCD"[choices.index(options[n][0])], "category": "made_up",
                         "L2-category": ABILITIES[n], "split": "dev", "source": "drawn",
                         "comment": None, "picture": n})
    return docs


def mmbench(language):
    docs = mmbench_docs(language)
    table = pd.DataFrame([
        {**{k.replace("L2", "l2"): v for k, v in doc.items() if k != "picture"},
         "image": base64.b64encode(encoded(doc["picture"])).decode()
         if doc["index"] < 1000000 else str(doc["picture"])} for doc in docs])
    path = OUT / f"mmbench/MMBench_DEV_{language.upper()}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, sep="\t", index=False)
    texts = ["question", "hint", "A", "B", "C", "D", "answer", "category", "L2-category",
             "source", "split", "comment"]
    hub = [{**{k: v for k, v in doc.items() if k != "picture"},
            **{k: "nan" for k in texts if doc[k] is None},
            "image": {"bytes": encoded(doc["picture"]), "path": None}} for doc in docs]
    parquet(f"mmbench-hub/{language}/dev-00000-of-00001.parquet", hub,
            [("index", pa.int64())] + [(t, pa.string()) for t in texts] + [("image", IMAGE)],
            "snappy")
    task = "mmbench_" + language
    references = {str(doc["index"]): [doc["answer"]] for doc in docs}
    expect(f"mmbench-{language}", task, {str(d["index"]): prompt(task, d) for d in docs},
           references)
    expect(f"mmbench-hub-{language}", task, {str(d["index"]): prompt(task, d) for d in hub},
           references)


def pope():
    rows = []
    for category in ["random", "popular"]:
        lines = []
        for n in range(3):
            line = {"question_id": n + 1, "image": f"COCO_val2014_{50 + n:012d}.jpg",
                    "text": f"Is there a {['ball', 'dog', 'cube'][n]} in the image?",
                    "label": ["yes", "no", "yes"][n]}
            lines.append(json.dumps(line))
            rows.append({"id": str(len(rows)), "question_id": str(n + 1),
                         "question": line["text"], "answer": line["label"],
                         "image_source": line["image"][:-4], "category": category,
                         "image": {"bytes": encoded(n, "JPEG"), "path": None}})
            write(f"pope/val2014/COCO_val2014_{50 + n:012d}.jpg", encoded(n, "JPEG"))
        write(f"pope/coco_pope_{category}.json", "\n".join(lines) + "\n")
    parquet("pope-hub/data/test-00000-of-00001.parquet", rows,
            [(k, pa.string()) for k in ["id", "question_id", "question", "answer", "image_source",
                                        "category"]] + [("image", IMAGE)], "snappy")
    prompts = {f"{r['category']}/{r['question_id']}": prompt("pope", r) for r in rows}
    references = {f"{r['category']}/{r['question_id']}": [r["answer"]] for r in rows}
    expect("pope", "pope", prompts, references)
    expect("pope-hub", "pope", prompts, references)


def coco():
    captions = [["A ball and a cube.", "A red ball by a cube.", "Toys."],
                ["Two toys on paper.", "A ball, and a cube"], ["A drawing of a ball."]]
    images = [{"id": 60 + n, "file_name": f"{60 + n:012d}.jpg", "width": 64, "height": 48}
              for n in range(3)]
    annotations = [{"id": 10 * n + k, "image_id": 60 + n, "caption": text}
                   for n, texts in enumerate(captions) for k, text in enumerate(texts)]
    write("coco/annotations/captions_val2017.json",
          {"info": {}, "images": images, "annotations": annotations})
    for n in range(3):
        write(f"coco/val2017/{60 + n:012d}.jpg", encoded(n, "JPEG"))
    rows = [{"question_id": images[n]["file_name"], "question": "Please caption.",
             "answer": captions[n], "id": 60 + n, "file_name": images[n]["file_name"],
             "image": {"bytes": encoded(n, "JPEG"), "path": images[n]["file_name"]}}
            for n in range(3)]
    parquet("coco-hub/data/val-00000-of-00001.parquet", rows,
            [("question_id", pa.string()), ("image", IMAGE), ("question", pa.string()),
             ("answer", pa.list_(pa.string())), ("id", pa.int64()), ("file_name", pa.string())],
            "zstd")
    for form in ["coco", "coco-hub"]:
        expect(form, "coco2017_cap_val", {str(60 + n): caption(rows[n]) for n in range(3)},
               {str(60 + n): captions[n] for n in range(3)})


def rel():
    samples = []
    for n, (predicate, source) in enumerate([("left of", "visual_genome"), ("on", "made"),
                                             ("near", "made")]):
        samples.append({"id": f"r{n}", "image": f"{n}.png", "predicate": predicate,
                        "source": source, "conversations": [
                            {"from": "human", "value": "<image>\nWhat is the relation between the "
                             "ball and the cube?\nAnswer the question using a single word or "
                             "phrase."}, {"from": "gpt", "value": predicate}]})
        write(f"rel/images/{n}.png", encoded(n))
    width, height = picture(0).size
    samples[0]["entities"] = [{"label": "ball", "score": 0.9, "segmentation": {
        "size": [height, width], "counts": [height * 8 + 12, 16, height * width
                                            - height * 8 - 28]}}]
    write("rel/relations.json", samples)


COLOURS = {"Yellow": (255, 255, 0), "Black": (0, 0, 0), "#0099ff": (0, 153, 255)}


def nlvr():
    boxes = [[{"y_loc": 80, "type": "square", "color": "Yellow", "x_loc": 40, "size": 20},
              {"y_loc": 59, "type": "square", "color": "#0099ff", "x_loc": 40, "size": 20}],
             [{"y_loc": 10, "type": "circle", "color": "Black", "x_loc": 30, "size": 30}],
             [{"y_loc": 60, "type": "triangle", "color": "#0099ff", "x_loc": 10, "size": 20}]]
    lines = []
    for n, (sentence, label) in enumerate([("There is a tower of two blocks.", "true"),
                                           ("No box has a circle.", "false")]):
        lines.append(json.dumps({"sentence": sentence, "label": label, "identifier": f"7{n}-0",
                                 "directory": "3", "evals": {"r0": label},
                                 "structured_rep": boxes}))
        for order, boxes_shown in enumerate(itertools.permutations(boxes)):
            image = Image.new("RGB", (400, 100), (255, 255, 255))
            draw = ImageDraw.Draw(image)
            for slot, box in enumerate(boxes_shown):
                left = 150 * slot
                draw.rectangle((left, 0, left + 99, 99), fill=(211, 211, 211))
                for thing in box:
                    x, y, size = left + thing["x_loc"], thing["y_loc"], thing["size"]
                    fill = COLOURS[thing["color"]]
                    if thing["type"] == "square":
                        draw.rectangle((x, y, x + size - 1, y + size - 1), fill=fill)
                    elif thing["type"] == "circle":
                        draw.ellipse((x, y, x + size - 1, y + size - 1), fill=fill)
                    else:
                        for row in range(size):
                            half = math.floor(row / 2) + 1
                            middle = x + size // 2
                            draw.line((middle - half, y + row, middle + half - 1, y + row),
                                      fill=fill)
            buffer = io.BytesIO()
            image.save(buffer, "PNG")
            write(f"nlvr/dev/images/3/dev-7{n}-0-{order}.png", buffer.getvalue())
    write("nlvr/dev/dev.json", "\n".join(lines) + "\n")


os.environ.setdefault("NUM_IMAGE", "1")
for make in [vqav2, gqa, scienceqa, pope, coco, rel, nlvr]:
    make()
mmbench("en"), mmbench("cn")
write("expected.json", expected)
