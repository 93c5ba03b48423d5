"""The official Grounding-DINO's own modules, from a checkout of its repository, with what it lacks here replaced.

Replaced are: three names of timm; packages for drawing, data sets and configuration files that a forward pass does not
need; how BERT is called, which later versions of transformers changed; and, for models of another size than the
published ones, the sizes of position embeddings, which are written into the code.
"""

import argparse
import contextlib
import io
import sys
import types

import torch
import transformers
from transformers import BertConfig, BertModel


class DropPath(torch.nn.Module):
    def __init__(self, probability=0.0):
        super().__init__()

    def forward(self, x):
        return x


def stub(name, **members):
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


def modules(repository):
    """The repository's module with the model, and the one with its transformer."""
    sys.path.insert(0, str(repository))
    transformers.BertTokenizer, transformers.RobertaTokenizerFast, transformers.RobertaModel  # noqa: B018  before timm
    stub("timm")
    stub("timm.models")
    stub(
        "timm.models.layers",
        DropPath=DropPath,
        to_2tuple=lambda x: x if isinstance(x, tuple) else (x, x),
        trunc_normal_=torch.nn.init.trunc_normal_,
    )
    stub("groundingdino.util.visualizer", COCOVisualizer=None)
    stub("groundingdino.util.vl_utils", create_positive_map_from_span=None)
    stub("groundingdino.util.utils", get_phrases_from_posmap=None)
    with contextlib.redirect_stdout(io.StringIO()):
        import groundingdino.models.GroundingDINO.groundingdino as model
        import groundingdino.models.GroundingDINO.transformer as transformer
    return model, transformer


PUBLISHED = dict(
    position_embedding="sine", pe_temperatureH=20, pe_temperatureW=20, return_interm_indices=[1, 2, 3],
    backbone_freeze_keywords=None, enc_layers=6, dec_layers=6, pre_norm=False, dim_feedforward=2048, hidden_dim=256,
    dropout=0.0, nheads=8, num_queries=900, query_dim=4, num_patterns=0, num_feature_levels=4, enc_n_points=4,
    dec_n_points=4, two_stage_type="standard", two_stage_bbox_embed_share=False, two_stage_class_embed_share=False,
    transformer_activation="relu", dec_pred_bbox_embed_share=True, dn_box_noise_scale=1.0, dn_label_noise_ratio=0.5,
    embed_init_tgt=True, dn_labelbook_size=2000, max_text_len=256, text_encoder_type="bert-base-uncased",
    use_text_enhancer=True, use_fusion_layer=True, use_checkpoint=False, use_transformer_ckpt=False,
    use_text_cross_attention=True, text_dropout=0.0, fusion_dropout=0.0, fusion_droppath=0.1, sub_sentence_present=True,
)  # fmt: skip


class Words:
    """What the model asks its tokenizer for when it is made."""

    def convert_tokens_to_ids(self, words):
        return [{"[CLS]": 101, "[SEP]": 102, ".": 1012, "?": 1029}[word] for word in words]


def build(repository, backbone, swin=None, bert=None, **changes):
    """A model with random weights.

    backbone: the name of a published one; swin: sizes instead of its own; bert: a BertConfig; changes: of PUBLISHED.
    """
    model, transformer = modules(repository)
    text = BertModel(bert or BertConfig())
    text.get_head_mask = None
    model.get_tokenlizer.get_tokenlizer = lambda kind: Words()
    model.get_tokenlizer.get_pretrained_language_model = lambda kind: text
    import groundingdino.models.GroundingDINO.backbone.backbone as backbones
    import groundingdino.models.GroundingDINO.backbone.swin_transformer as swins
    import groundingdino.models.GroundingDINO.utils as utils

    def sized(name, pretrain_img_size, **options):
        return swins.SwinTransformer(pretrain_img_size=pretrain_img_size, **swin, **options)

    backbones.build_swin_transformer = sized if swin else swins.build_swin_transformer
    args = argparse.Namespace(**{**PUBLISHED, "backbone": backbone, **changes})
    built = model.build_groundingdino(args).eval()
    size, sines = args.hidden_dim, utils.get_sine_pos_embed
    if size != PUBLISHED["hidden_dim"]:
        transformer.get_sine_pos_embed = lambda x, num_pos_feats, exchange_xy: sines(x, size, exchange_xy=exchange_xy)
        transformer.gen_sineembed_for_position = lambda x: sines(x, size // 2)

    def encode(input_ids, token_type_ids, attention_mask, position_ids):
        return text(
            input_ids=input_ids,
            token_type_ids=token_type_ids,
            attention_mask=attention_mask[:, None],
            position_ids=position_ids,
            return_dict=True,
        )

    built.bert.forward = encode
    return built


class Tokens(dict):
    """A caption's tokens, as the model's tokenizer gives them."""

    def to(self, device):
        return self

    @property
    def attention_mask(self):
        return self["attention_mask"]


def detect(model, pixels, ids):
    """Logits of the caption's tokens (queries, tokens) and boxes (queries, 4)."""
    tokens = Tokens(
        input_ids=ids, token_type_ids=torch.zeros_like(ids), attention_mask=torch.ones_like(ids)
    )
    model.tokenizer = lambda captions, padding, return_tensors: tokens
    with torch.no_grad():
        output = model(pixels, captions=[""])
    return output["pred_logits"][0, :, : ids.shape[1]], output["pred_boxes"][0]
