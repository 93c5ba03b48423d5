"""RAM by its official repository's own code, which is no package and wants three names of timm.

    ram = load(REPOSITORY)                       # modules swin_transformer and bert
    model = build(ram, swin={...}, head={...}, tags=4585)
"""

import importlib
import importlib.util
import sys
import types
from pathlib import Path

import torch
import transformers
from torch import nn


def _stub(name, **attributes):
    module = types.ModuleType(name)
    module.__dict__.update(attributes)
    sys.modules.setdefault(name, module)


def load(repository):
    """The repository's swin_transformer and bert modules."""
    _stub("timm")
    _stub("timm.models")
    _stub(
        "timm.models.layers",
        DropPath=lambda rate: nn.Identity(),
        to_2tuple=lambda x: tuple(x) if isinstance(x, (tuple, list)) else (x, x),
        trunc_normal_=lambda tensor, std=0.02: nn.init.trunc_normal_(tensor, std=std),
    )
    # Where bert.py expects them was another place in the transformers of its day.
    utils = transformers.pytorch_utils
    for name in ("apply_chunking_to_forward", "find_pruneable_heads_and_indices", "prune_linear_layer"):
        if not hasattr(transformers.modeling_utils, name):
            setattr(transformers.modeling_utils, name, getattr(utils, name, None))
    if not hasattr(transformers, "file_utils") or "transformers.file_utils" not in sys.modules:
        _stub("transformers.file_utils", ModelOutput=transformers.utils.ModelOutput)
    loaded = types.SimpleNamespace()
    for name in ("swin_transformer", "bert"):
        path = Path(repository) / "ram" / "models" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(f"ram_{name}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        setattr(loaded, name, module)
    return loaded


class TaggingHead(nn.Module):
    """The official BERT layers in tagging mode, without the rest of BertModel."""

    def __init__(self, ram, config):
        super().__init__()
        self.encoder = nn.Module()
        layers = [ram.bert.BertLayer(config, i) for i in range(config.num_hidden_layers)]
        for layer in layers:
            del layer.attention
        self.encoder.layer = nn.ModuleList(layers)

    def forward(self, labels, image_embeds):
        hidden = labels
        for layer in self.encoder.layer:
            hidden = layer(hidden, encoder_hidden_states=image_embeds, mode="tagging")[0]
        return hidden


class Ram(nn.Module):
    """What the official RAM keeps for tagging, under its names."""

    def __init__(self, ram, swin, head, tags):
        super().__init__()
        config = transformers.BertConfig(**head, add_cross_attention=True)
        width = head["encoder_width"]
        self.visual_encoder = ram.swin_transformer.SwinTransformer(
            img_size=swin["image_res"], embed_dim=swin["embed_dim"], depths=swin["depths"],
            num_heads=swin["num_heads"], window_size=swin["window_size"],
        )
        self.tagging_head = TaggingHead(ram, config)
        self.label_embed = nn.Parameter(torch.zeros(tags, width))
        self.wordvec_proj = (
            nn.Linear(width, config.hidden_size) if config.hidden_size != width else nn.Identity()
        )
        self.fc = nn.Linear(config.hidden_size, 1)
        self.image_proj = nn.Linear(swin["vision_width"], width)

    def forward(self, pixels):
        visual = self.visual_encoder(pixels)
        image_embeds = self.image_proj(visual)
        labels = torch.relu(self.wordvec_proj(self.label_embed))
        labels = labels.unsqueeze(0).repeat(len(pixels), 1, 1)
        logits = self.fc(self.tagging_head(labels, image_embeds)).squeeze(-1)
        return {"visual_tokens": visual, "image_embeds": image_embeds, "logits": logits}


def official_shapes(repository, vit):
    """Names and shapes of the whole official RAM's state_dict, built without memory for weights."""
    models = Path(repository) / "ram" / "models"
    load(repository)
    _stub("timm.models.hub", download_cached_file=None)
    for name, path in (("ram", models.parent), ("ram.models", models)):
        _stub(name, __path__=[str(path)])
    _stub("ram.models.vit", interpolate_pos_embed=None, VisionTransformer=None)
    module = importlib.import_module("ram.models.ram")

    class Tokenizer:  # bert-base-uncased and two special tokens, by their number alone
        def __len__(self):
            return 30524

        def __call__(self, text):
            return types.SimpleNamespace(input_ids=[0] * 6)

    module.init_tokenizer = lambda *_: Tokenizer()
    # Today's transformers would initialise and resize otherwise than this BERT expects; the head's
    # word embeddings, which are resized, are deleted right after.
    base = sys.modules["ram.models.bert"].BertPreTrainedModel
    base.init_weights = lambda self: None
    base.resize_token_embeddings = lambda self, count: None
    linspace = torch.linspace
    torch.linspace = lambda *args: linspace(*args, device="cpu")  # its values are read
    try:
        with torch.device("meta"):
            model = module.RAM(image_size=384, vit=vit)
    finally:
        torch.linspace = linspace
    return {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
