"""The reference model: transformers' LLaVA, and between its image tokens and its text the graph of sge.py.

Answers greedily and keeps every intermediate. Each step runs the whole sequence again, without a cache.
"""

import json
import pathlib

import numpy as np
import torch
import transformers
from PIL import Image, ImageOps
from safetensors.torch import load_file
from tokenizers import Tokenizer

import entities as entity_files
from sge import SceneGraphExpression

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()

SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)
BOS, EOS = 1, 2
PAD_COLOUR = (122, 116, 104)
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)
GRAPH_POSITION = -1  # stands in input_ids where a graph token goes


def read_image(path):
    """A user's photo: turned as its EXIF orientation says, alpha dropped."""
    image = ImageOps.exif_transpose(Image.open(path))
    return image.convert("RGB")


def preprocess(image, size):
    """Pad to square, Pillow's bicubic, normalise: 1 x 3 x size x size."""
    side = max(image.size)
    canvas = Image.new("RGB", (side, side), PAD_COLOUR)
    canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    pixels = np.asarray(canvas.resize((size, size), Image.Resampling.BICUBIC), dtype=np.float64) / 255
    pixels = (pixels - np.array(MEAN)) / np.array(STD)
    return torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None].contiguous()


def weights_of(directory):
    tensors = {}
    for file in sorted(pathlib.Path(directory).glob("*.safetensors")):
        if file.name.startswith("model"):
            tensors.update(load_file(file))
    return tensors


class LlavaSg:
    def __init__(self, directory):
        directory = pathlib.Path(directory)
        self.config = json.loads((directory / "config.json").read_text())
        config = transformers.LlavaConfig.from_dict({**self.config, "model_type": "llava"})
        self.model, info = transformers.LlavaForConditionalGeneration.from_pretrained(
            directory, config=config, dtype=torch.float32, output_loading_info=True
        )
        self.model.eval()
        assert not info["missing_keys"] and not info["mismatched_keys"], info
        strange = [k for k in info["unexpected_keys"] if not k.startswith("scene_graph")]
        assert not strange, strange
        self.graph = None
        if "scene_graph_config" in self.config:
            weights = {k: v for k, v in weights_of(directory).items() if k.startswith("scene_graph")}
            self.graph = SceneGraphExpression(self.config["scene_graph_config"], weights)
        self.tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self.tokenizer.encode_special_tokens = True  # what a user types is plain text

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def prompt(self, question, turns):
        """The ids before the image and those after it; turns are (answer, next question) pairs."""
        after, piece = [], "\n" + question.strip() + " ASSISTANT:"
        for answer, following in turns:
            after += self.ids(piece + " " + answer) + [EOS]
            piece = "USER: " + following.strip() + " ASSISTANT:"
        return [BOS] + self.ids(SYSTEM + " USER: "), after + self.ids(piece)

    def embed(self, ids):
        return self.model.get_input_embeddings()(torch.tensor(ids, dtype=torch.long))

    @torch.inference_mode()
    def answer(self, image, question, turns=(), entities=None, max_new_tokens=24):
        """entities: a list from an entities file, or None for the baseline."""
        vision = self.config["vision_config"]
        trace = {"pixel_values": preprocess(image, vision["image_size"])}
        hidden = self.model.model.vision_tower(trace["pixel_values"], output_hidden_states=True).hidden_states
        trace["vision_features"] = hidden[self.config.get("vision_feature_layer", -2)][0, 1:]
        image_tokens = self.model.model.multi_modal_projector(trace["vision_features"])
        before, after = self.prompt(question, turns)
        rows = [self.embed(before), image_tokens]
        input_ids = before + [self.config["image_token_index"]] * len(image_tokens)
        result = {"kept_entities": []}
        if entities is not None:
            graph_rows, graph_ids = self.graph_rows(trace, result, question, entities, image)
            rows, input_ids = rows + graph_rows, input_ids + graph_ids
        rows.append(self.embed(after))
        result["input_ids"] = input_ids + after
        result["prompt_token_count"] = len(result["input_ids"])
        trace["inputs_embeds"] = torch.cat(rows)
        result.update(self.generate(trace, max_new_tokens))
        return result, trace

    def graph_rows(self, trace, result, question, entities, image):
        kept = entity_files.nodes(entities, self.config["scene_graph_config"]["max_nodes"])
        result["kept_entities"] = kept
        result["graph_prompt_ids"] = self.ids(question.strip()) if question.strip() else []
        rows = [self.embed([self.config["sg_token_index"]])]
        if kept:
            features = trace["vision_features"]
            side = int(len(features) ** 0.5)
            masks = [entity_files.mask_of(entities[i]["segmentation"]) for i in kept]
            assert all(mask.shape == (image.height, image.width) for mask in masks)
            canvases = torch.stack([torch.from_numpy(entity_files.on_canvas(mask)) for mask in masks])
            f_t = self.embed(result["graph_prompt_ids"])
            out = self.graph(features.T.reshape(-1, side, side), canvases, f_t)
            trace["node_features"], trace["graph_tokens"] = out["f_e"], out["tokens"]
            trace.update({k: v for k, v in out.items() if k.startswith(("edge_attention", "prompt_attention"))})
            rows.append(out["tokens"])
        rows.append(self.embed([self.config["text_token_index"]]))
        ids = [self.config["sg_token_index"]] + [GRAPH_POSITION] * len(kept) + [self.config["text_token_index"]]
        return rows, ids

    def generate(self, trace, max_new_tokens):
        rows, generated, gaps, top5 = trace["inputs_embeds"], [], [], None
        finish = "length"
        while len(generated) < max_new_tokens:
            hidden = self.model.model.language_model(inputs_embeds=rows[None], use_cache=False).last_hidden_state
            logits = self.model.lm_head(hidden[0, -1])
            values, ids = logits.topk(5)
            if top5 is None:
                trace["first_logits"] = logits
                top5 = [[i, v] for i, v in zip(ids.tolist(), values.tolist())]
            gaps.append((values[0] - values[1]).item())
            if ids[0].item() == EOS:
                finish = "stop"
                break
            generated.append(ids[0].item())
            rows = torch.cat([rows, self.embed(generated[-1:])])
        text = self.tokenizer.decode(generated, skip_special_tokens=True)
        return {
            "generated_ids": generated,
            "finish": finish,
            "min_top2_gap": min(gaps),
            "first_logits_top5": top5,
            "answer": text,
        }
