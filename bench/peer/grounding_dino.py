"""grounding_dino.py --image F: Grounding-DINO with Swin-T by transformers, with random weights of full size.

One photo from pixels in memory to detections, preprocessing of both image and text included. The last line of stdout is
JSON: seconds of each repeat after warm-up, and their median. Inference mode; transformers' own attention, and its
deformable attention without a kernel to compile. Ids of the text are made without a tokenizer's file: lengths count.
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
from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection, GroundingDinoImageProcessor, SwinConfig


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image", type=pathlib.Path, required=True)
    parser.add_argument("--tags", required=True, help="joined by commas")
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=1)
    return parser.parse_args()


def text(tags):
    """[CLS], a token for each word of a tag, a full stop behind each tag, [SEP]."""
    ids = [101]
    for tag in tags:
        ids += [2000 + sum(map(ord, word)) for word in tag.split()] + [1012]
    return torch.tensor([ids + [102]])


@torch.inference_mode()
def main():
    args = arguments()
    transformers.logging.set_verbosity_error()
    if args.threads:
        torch.set_num_threads(args.threads)
    dtype = getattr(torch, args.dtype)
    config = GroundingDinoConfig(backbone_config=SwinConfig(out_indices=[2, 3, 4]).to_dict())
    model = GroundingDinoForObjectDetection(config).eval().to(args.device, dtype)
    processor = GroundingDinoImageProcessor()
    tags = args.tags.split(",")
    photo = Image.open(args.image).convert("RGB")
    seconds = []
    for run in range(args.warmup + args.repeats):
        start = time.perf_counter()
        ids = text(tags[run % 2 :]).to(args.device)
        pixels = processor(photo, return_tensors="pt")["pixel_values"].to(args.device, dtype)
        output = model(pixel_values=pixels, input_ids=ids)
        scores = output.logits[0].float().sigmoid().max(-1).values
        output.pred_boxes[0][scores > 0.25].tolist()
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
