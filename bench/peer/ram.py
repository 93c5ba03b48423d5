"""ram.py --repository DIR: RAM by its official repository's own Swin and BERT, with random weights of full size.

One photo from pixels in memory to tags, preprocessing included. The last line of stdout is JSON: seconds of each repeat
after warm-up, and their median. Inference mode; what only training and captioning need is not built.
"""

import argparse
import importlib.util
import json
import pathlib
import resource
import statistics
import sys
import time
import types

import torch
import transformers
from PIL import Image
from torch import nn
from torchvision.transforms import Compose, Normalize, Resize, ToTensor

SWIN = {
    "swin_l": {"embed_dim": 192, "num_heads": [6, 12, 24, 48]},
    "swin_b": {"embed_dim": 128, "num_heads": [4, 8, 16, 32]},
}
HEAD = {
    "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 2, "num_attention_heads": 4,
    "layer_norm_eps": 1e-12, "hidden_act": "gelu", "encoder_width": 512, "add_cross_attention": True,
}
TAGS = 4585


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repository", type=pathlib.Path, required=True, help="a checkout of recognize-anything")
    parser.add_argument("--vit", default="swin_l", choices=list(SWIN))
    parser.add_argument("--image", type=pathlib.Path, required=True)
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=1)
    return parser.parse_args()


def stub(name, **attributes):
    module = types.ModuleType(name)
    module.__dict__.update(attributes)
    sys.modules.setdefault(name, module)


def official(repository):
    """The repository's modules, with the names they take from timm and from an older transformers."""
    stub("timm")
    stub("timm.models")
    stub(
        "timm.models.layers",
        DropPath=lambda rate: nn.Identity(),
        to_2tuple=lambda x: x if isinstance(x, tuple) else (x, x),
        trunc_normal_=lambda tensor, std: nn.init.trunc_normal_(tensor, std=std),
    )
    for name in ("apply_chunking_to_forward", "find_pruneable_heads_and_indices", "prune_linear_layer"):
        if not hasattr(transformers.modeling_utils, name):
            setattr(transformers.modeling_utils, name, getattr(transformers.pytorch_utils, name, None))
    stub("transformers.file_utils", ModelOutput=transformers.utils.ModelOutput)
    modules = []
    for name in ("swin_transformer", "bert"):
        file = repository / "ram" / "models" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(f"ram_{name}", file)
        modules.append(importlib.util.module_from_spec(spec))
        spec.loader.exec_module(modules[-1])
    return modules


class Ram(nn.Module):
    def __init__(self, repository, vit):
        super().__init__()
        swin, bert = official(repository)
        self.visual_encoder = swin.SwinTransformer(img_size=384, depths=[2, 2, 18, 2], window_size=12, **SWIN[vit])
        config = transformers.BertConfig(**HEAD)
        self.layers = nn.ModuleList(bert.BertLayer(config, i) for i in range(config.num_hidden_layers))
        for layer in self.layers:
            del layer.attention
        self.label_embed = nn.Parameter(torch.randn(TAGS, 512))
        self.wordvec_proj = nn.Linear(512, config.hidden_size)
        self.image_proj = nn.Linear(8 * SWIN[vit]["embed_dim"], 512)
        self.fc = nn.Linear(config.hidden_size, 1)

    def forward(self, pixels):
        image = self.image_proj(self.visual_encoder(pixels))
        hidden = torch.relu(self.wordvec_proj(self.label_embed)).unsqueeze(0).repeat(len(pixels), 1, 1)
        for layer in self.layers:
            hidden = layer(hidden, encoder_hidden_states=image, mode="tagging")[0]
        return self.fc(hidden).squeeze(-1)


@torch.inference_mode()
def main():
    args = arguments()
    if args.threads:
        torch.set_num_threads(args.threads)
    dtype = getattr(torch, args.dtype)
    model = Ram(args.repository, args.vit).eval().to(args.device, dtype)
    transform = Compose(
        [Resize((384, 384)), ToTensor(), Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])]
    )
    photo = Image.open(args.image).convert("RGB")
    seconds = []
    for _ in range(args.warmup + args.repeats):
        start = time.perf_counter()
        scores = torch.sigmoid(model(transform(photo)[None].to(args.device, dtype)).float())
        (scores > 0.65).nonzero().tolist()
        seconds.append(time.perf_counter() - start)
    seconds = seconds[args.warmup :]
    print(
        json.dumps(
            {
                "peer": "recognize-anything",
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
