"""sam.py --model DIR --image FILE: SAM by transformers, on one photo and eight boxes.

From the photo in memory to masks of its size, preprocessing included. The last line of stdout is JSON: seconds of each
repeat after warm-up, and their median. Inference mode, fused attention (transformers' default), masks in one batch.
"""

import argparse
import json
import pathlib
import resource
import statistics
import time

import torch
import transformers
from PIL import Image


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--image", type=pathlib.Path, required=True)
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=1)
    return parser.parse_args()


def boxes(width, height):
    """As in SegmenterBench: from the whole photo to its middle."""
    insets = [0.05 * i for i in range(8)]
    return [[i * width, i * height, (1 - i) * width, (1 - i) * height] for i in insets]


@torch.inference_mode()
def main():
    args = arguments()
    if args.threads:
        torch.set_num_threads(args.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    dtype = getattr(torch, args.dtype)
    model = transformers.SamModel.from_pretrained(args.model, dtype=dtype, attn_implementation="sdpa")
    model = model.eval().to(args.device)
    processor = transformers.SamProcessor(transformers.SamImageProcessor())
    photo = Image.open(args.image).convert("RGB")
    seconds = []
    for _ in range(args.warmup + args.repeats):
        start = time.perf_counter()
        inputs = processor(photo, input_boxes=[boxes(*photo.size)], return_tensors="pt")
        out = model(
            pixel_values=inputs["pixel_values"].to(args.device, dtype),
            input_boxes=inputs["input_boxes"].to(args.device, dtype),
            multimask_output=False,
        )
        masks = processor.post_process_masks(
            out.pred_masks.float().cpu(), inputs["original_sizes"], inputs["reshaped_input_sizes"]
        )
        masks[0].sum().item()
        seconds.append(time.perf_counter() - start)
    seconds = seconds[args.warmup :]
    print(
        json.dumps(
            {
                "peer": "transformers",
                "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
                "dtype": args.dtype,
                "threads": torch.get_num_threads(),
                "seconds": [round(one, 4) for one in seconds],
                "median_s": round(statistics.median(seconds), 4),
                "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


main()
