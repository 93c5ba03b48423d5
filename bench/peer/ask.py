"""ask.py MODEL IMAGE QUESTION: one question to a LLaVA, from process start to the last token, by transformers.

MODEL is a llava-hf directory, or a LLaVA-SG one, whose graph is then left out. Greedy. The answer streams to stderr;
the last line of stdout is JSON. Settings are the fastest fair ones: inference mode, fused attention, weights in the
type they are stored in, logits of the last position only, a plain loop instead of generate(). On a GPU weights are
loaded straight into it, for which transformers needs the package accelerate.
PEER_START, seconds since the epoch, set by the caller, replaces the kernel's coarser start time of the process.
"""

import argparse
import json
import os
import pathlib
import resource
import sys
import time


def process_start():
    """Seconds since the epoch at which this process began."""
    if "PEER_START" in os.environ:
        return float(os.environ["PEER_START"])
    ticks = int(pathlib.Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    since_boot = ticks / os.sysconf("SC_CLK_TCK")
    return time.time() - (time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("image", type=pathlib.Path)
    parser.add_argument("question")
    parser.add_argument("--dtype", default="auto", choices=["auto", "float32", "bfloat16", "float16"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--max-new-tokens", type=int, default=128)
    return parser.parse_args()


START = process_start()
args = arguments()

import numpy as np  # noqa: E402  the time that imports take is part of what is measured
import torch  # noqa: E402
import transformers  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

IMPORTED = time.time()
SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)
MEAN = np.array((0.48145466, 0.4578275, 0.40821073), dtype=np.float32)
STD = np.array((0.26862954, 0.26130258, 0.27577711), dtype=np.float32)


def load():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    config = json.loads((args.model / "config.json").read_text())
    model = transformers.LlavaForConditionalGeneration.from_pretrained(
        args.model,
        config=transformers.LlavaConfig.from_dict({**config, "model_type": "llava"}),
        dtype=args.dtype if args.dtype == "auto" else getattr(torch, args.dtype),
        attn_implementation="sdpa",
        low_cpu_mem_usage=True,
        device_map=None if args.device == "cpu" else args.device,  # straight to where it computes
    )
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    return model.eval().to(args.device), tokenizer


def pixels(model):
    size = model.config.vision_config.image_size
    image = ImageOps.exif_transpose(Image.open(args.image)).convert("RGB")
    side = max(image.size)
    canvas = Image.new("RGB", (side, side), (122, 116, 104))
    canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    values = (np.asarray(canvas.resize((size, size), Image.Resampling.BICUBIC), dtype=np.float32) / 255 - MEAN) / STD
    return torch.from_numpy(values).permute(2, 0, 1)[None].contiguous().to(args.device, model.dtype)


def prompt(model, tokenizer):
    vision = model.config.vision_config
    tokenizer.encode_special_tokens = True
    before = tokenizer.encode(SYSTEM + " USER: ", add_special_tokens=False).ids
    after = tokenizer.encode("\n" + args.question.strip() + " ASSISTANT:", add_special_tokens=False).ids
    image = [model.config.image_token_id] * (vision.image_size // vision.patch_size) ** 2
    return torch.tensor([[1] + before + image + after], device=args.device)


@torch.inference_mode()
def answer(model, tokenizer):
    """The ids generated, and the time at which each (the end token too) was known."""
    ids = prompt(model, tokenizer)
    out = model(input_ids=ids, pixel_values=pixels(model), use_cache=True, logits_to_keep=1)
    generated, times, streamed = [], [], ""
    while True:
        token = out.logits[0, -1].argmax().item()
        times.append(time.time())
        if token == 2:
            break
        generated.append(token)
        text = tokenizer.decode(generated)
        if not text.endswith("\ufffd"):
            print(text[len(streamed) :], end="", file=sys.stderr, flush=True)
            streamed = text
        if len(generated) == args.max_new_tokens:
            break
        step = torch.tensor([[token]], device=args.device)
        out = model(input_ids=step, past_key_values=out.past_key_values, use_cache=True, logits_to_keep=1)
    print(file=sys.stderr)
    return ids.shape[1], generated, times


def main():
    if args.threads:
        torch.set_num_threads(args.threads)
    model, tokenizer = load()
    loaded = time.time()
    prompt_tokens, generated, times = answer(model, tokenizer)
    decode = times[-1] - times[0]
    print(
        json.dumps(
            {
                "peer": "transformers",
                "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
                "dtype": str(model.dtype).removeprefix("torch."),
                "device": args.device,
                "threads": torch.get_num_threads(),
                "prompt_tokens": prompt_tokens,
                "new_tokens": len(generated),
                "import_s": round(IMPORTED - START, 3),
                "load_s": round(loaded - IMPORTED, 3),
                "prefill_s": round(times[0] - loaded, 3),
                "time_to_first_token_s": round(times[0] - START, 3),
                "decode_tokens_per_s": round((len(times) - 1) / decode, 3) if decode > 0 else None,
                "total_s": round(times[-1] - START, 3),
                "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "token_ids": generated,
                "answer": tokenizer.decode(generated),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
