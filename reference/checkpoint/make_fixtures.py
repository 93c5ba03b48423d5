"""Writes the small weight files that the checkpoint tests read, with their expected values.

    python3 make_fixtures.py OUT      (needs torch and safetensors; OUT: core/src/test/resources/checkpoint)

The malicious pickles are put together from bytes by hand and are never loaded here.
"""

import argparse
import io
import json
import pathlib
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict

import torch
from safetensors.torch import save_file

OUT = pathlib.Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
torch.manual_seed(0)

DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}


def expected(tensors):
    """dtype, shape and the contiguous little-endian bytes in hex, by name in order."""
    return {
        name: {
            "dtype": DTYPES[t.dtype],
            "shape": list(t.shape),
            "hex": bytes(t.detach().contiguous().reshape(-1).view(torch.uint8).tolist()).hex()
            if t.numel() else "",
        }
        for name, t in tensors.items()
    }


def every_dtype():
    values = torch.arange(-3, 3).reshape(2, 3)
    return OrderedDict((name.lower(), (values % 2 == 0) if dtype is torch.bool else
                        values.abs().to(dtype) if dtype is torch.uint8 else (values * 1.5).to(dtype))
                       for dtype, name in DTYPES.items())


plain = every_dtype()
plain["scalar"] = torch.tensor(2.5)
plain["empty"] = torch.zeros(0, 4)
plain["cube"] = torch.randn(2, 3, 4).half()

base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
views = OrderedDict(plain)
views["transposed"] = base.t()
views["columns"] = base[:, 1:4]
views["every_other"] = base[::2, ::3]
views["row"] = base[2]
views["permuted"] = torch.arange(24, dtype=torch.int16).reshape(2, 3, 4).permute(2, 0, 1)
views["tied"] = base
views["tied_again"] = base
views["parameter"] = torch.nn.Parameter(torch.randn(3))
views["buffer"] = torch.arange(5).expand((1, -1))

EXPECTED = {}


def save(name, obj, tensors, **kwargs):
    torch.save(obj, OUT / name, **kwargs)
    EXPECTED[name] = expected(tensors)


save_file({k: v.clone() for k, v in plain.items()}, OUT / "plain.safetensors", {"format": "pt"})
EXPECTED["plain.safetensors"] = expected(plain)
for protocol in (2, 3, 4):
    save(f"views-protocol{protocol}.bin", views, views, pickle_protocol=protocol)

module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2))
optimizer = torch.optim.AdamW(module.parameters(), lr=1e-3)
module(torch.ones(1, 3)).sum().backward()
optimizer.step()
args = argparse.Namespace(lr=1e-3, name="tiny", steps=[1, 2], big=2**70, none=None, raw=b"\x00\xff")
training = {
    "model": module.state_dict(), "optimizer": optimizer.state_dict(), "args": args, "epoch": 7,
    "seen": {1, 2, 3}, "device": torch.device("cpu"), "size": torch.Size([2, 3]), "dtype": torch.float16,
    "rng_state": torch.zeros(8, dtype=torch.uint8), "negative": -5, "large": 2**40, "flag": True,
}
save("training.pth", training, module.state_dict())
save("state_dict.pt", {"state_dict": {"module.a.weight": base}, "epoch": 1}, {"module.a.weight": base})
torch.save({"weight": base}, OUT / "legacy.pth", _use_new_zipfile_serialization=False)
torch.save([base, base], OUT / "list.pth")
(OUT / "expected.json").write_text(json.dumps(EXPECTED, indent=1) + "\n")


# --- pickles that torch.save would never write, byte by byte -----------------------------------

def short(text):
    return b"\x8c" + bytes([len(text)]) + text.encode()


def arguments(text):
    return b"X" + struct.pack("<I", len(text)) + text.encode() + b"\x85"


GLOBALS = {"os": "os\nsystem\n", "posix": "posix\nsystem\n", "eval": "builtins\neval\n",
           "builtin": "__builtin__\nexec\n", "getattr": "builtins\ngetattr\n",
           "load": "torch\nload\n", "popen": "subprocess\nPopen\n"}
malicious = {}
for label, names in GLOBALS.items():
    module_name, function = names.split("\n")[:2]
    line = names.encode()
    for protocol in (2, 3, 4):
        start = b"\x80" + bytes([protocol])
        found = {
            "global": b"c" + line,
            "stack": short(module_name) + short(function) + b"\x93",
        }
        for how, get in found.items():
            malicious[f"{label}-p{protocol}-{how}-reduce"] = start + get + arguments("true") + b"R."
            malicious[f"{label}-p{protocol}-{how}-newobj"] = start + get + arguments("true") + b"\x81."
            malicious[f"{label}-p{protocol}-{how}-newobj_ex"] = start + get + arguments("true") + b"}\x92."
            malicious[f"{label}-p{protocol}-{how}-obj"] = start + b"(" + get + b"X\x04\0\0\0trueo."
            malicious[f"{label}-p{protocol}-{how}-build"] = start + get + b")R}b."
            malicious[f"{label}-p{protocol}-{how}-only"] = start + get + b"."
        malicious[f"{label}-p{protocol}-inst"] = start + b"(X\x04\0\0\0truei" + line + b"."
(OUT / "malicious.json").write_text(
    json.dumps({k: v.hex() for k, v in malicious.items()}, indent=0) + "\n")


def archive(name, pkl, storages=(), byteorder=b"little", compression=zipfile.ZIP_STORED, extra=()):
    with zipfile.ZipFile(OUT / name, "w", compression) as z:
        z.writestr("archive/data.pkl", pkl)
        if byteorder:
            z.writestr("archive/byteorder", byteorder)
        for key, data in storages:
            z.writestr(f"archive/data/{key}", data)
        for entry in extra:
            z.writestr(f"archive/{entry}", b"")
        z.writestr("archive/version", b"3\n")


archive("malicious.pth", malicious["os-p2-global-reduce"])
def tensor(elements, offset, shape, strides):
    def tuple_of(values):
        return b"(" + b"".join(b"\x8a\x08" + struct.pack("<q", v) for v in values) + b"t"
    return (b"\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n(("
            b"X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu"
            b"\x8a\x08" + struct.pack("<q", elements) + b"tQ\x8a\x08" + struct.pack("<q", offset)
            + tuple_of(shape) + tuple_of(strides) + b"\x89ccollections\nOrderedDict\n)RtRs.")


data = struct.pack("<6f", *range(6))
archive("good.pth", tensor(6, 0, (2, 3), (3, 1)), [("0", data)])
archive("no-byteorder.pth", tensor(6, 0, (2, 3), (3, 1)), [("0", data)], byteorder=None)
archive("big-endian.pth", tensor(6, 0, (2, 3), (3, 1)), [("0", data)], byteorder=b"big")
archive("compressed.pth", tensor(6, 0, (2, 3), (3, 1)), [("0", data)], compression=zipfile.ZIP_DEFLATED)
archive("script.pth", tensor(6, 0, (2, 3), (3, 1)), [("0", data)], extra=["constants.pkl"])
archive("no-storage.pth", tensor(6, 0, (2, 3), (3, 1)))
archive("short-storage.pth", tensor(600, 0, (2, 3), (3, 1)), [("0", data)])
archive("beyond.pth", tensor(6, 1, (2, 3), (3, 1)), [("0", data)])
archive("negative-offset.pth", tensor(6, -1, (2,), (1,)), [("0", data)])
archive("negative-stride.pth", tensor(6, 5, (2,), (-1,)), [("0", data)])
archive("strided-beyond.pth", tensor(6, 0, (2, 2), (100, 1)), [("0", data)])
archive("repeating.pth", tensor(6, 0, (1 << 30, 1 << 20), (0, 0)), [("0", data)])
archive("overflow.pth", tensor(6, 0, (1 << 40, 1 << 40), (1, 1)), [("0", data)])
archive("ranks.pth", tensor(6, 0, (2, 3), (1,)), [("0", data)])
