"""Loads the evaluators' own modules from checkouts, without the packages around them.

lmms-eval's task files import their harness; only the few modules that score are wanted here, so its
packages are made to be plain folders, and what they import without using it to score is replaced.
"""

import importlib
import io
import re
import sys
import types
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import MagicMock


def lmms_eval(checkout):
    """Makes lmms_eval's modules importable."""
    root = Path(checkout) / "lmms_eval"
    for name in ("", ".tasks", ".tasks._task_utils", ".tasks.mmbench", ".tasks.vqav2", ".tasks.scienceqa",
                 ".tasks.pope", ".api"):
        package = types.ModuleType("lmms_eval" + name)
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules["lmms_eval" + name] = package
    for unused in ("loguru", "sacrebleu", "requests", "lmms_eval.tasks._task_utils.file_utils",
                   "lmms_eval.api.registry"):
        try:
            importlib.import_module(unused)
        except ImportError:
            sys.modules[unused] = MagicMock()
    registry = sys.modules["lmms_eval.api.registry"] = MagicMock()
    registry.register_metric = registry.register_aggregation = lambda *_, **__: lambda function: function
    return importlib.import_module


class Questions:
    """The part of the VQA tools that VQAEval looks at."""

    def __init__(self, qa):
        self.qa = qa

    def getQuesIds(self):
        return list(self.qa)


def vqa_eval(checkout):
    """The VQA challenge's VQAEval; its two print statements are Python 2's."""
    source = (Path(checkout) / "PythonEvaluationTools/vqaEvaluation/vqaEval.py").read_text()
    source = re.sub(r'print (".*?")', r"print(\1)", source)
    names = {}
    exec(compile(source, "vqaEval.py", "exec"), names)
    return names["VQAEval"]


def script(path, arguments, prepare=lambda source: source):
    """What a script of an official repository prints; prepare sets its file names."""
    out = io.StringIO()
    before = sys.argv
    sys.argv = [str(path), *map(str, arguments)]
    try:
        with redirect_stdout(out):
            exec(compile(prepare(Path(path).read_text()), str(path), "exec"), {"__name__": "__main__"})
    finally:
        sys.argv = before
    return out.getvalue()
