"""Training written plainly, as an oracle: one sample at a time through transformers' LLaVA and the graph of
reference/model/sge.py, torch.optim.AdamW, transformers' schedule, torch's clipping. No padding, no batching, no
checkpointing of activations: an implementation that has them is checked against this."""

import json
import math
import pathlib
import sys

import torch
import transformers
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "model"))
import entities as entity_files  # noqa: E402
from llava_sg import BOS, EOS, SYSTEM, LlavaSg, preprocess  # noqa: E402

IGNORED = -100


class Trainee(LlavaSg):
    """LlavaSg whose weights are known by the names of a LLaVA-SG checkpoint, and whose two markers stand alone."""

    def __init__(self, directory, pictures, adapters=None):
        super().__init__(directory)
        self.pictures = pathlib.Path(pictures)
        self.lora = adapters or {}
        self.model.requires_grad_(False)
        table = self.model.get_input_embeddings().weight.data
        markers = [self.config["sg_token_index"], self.config["text_token_index"]]
        self.parameters = {"marker_rows": table[markers].clone()}
        for name, value in self.model.named_parameters():
            self.parameters[published(name)] = value
        self.parameters.update(self.graph.weights)
        self.parameters.update(self.lora)
        for name, value in self.lora.items():
            if name.endswith("lora_A.weight"):
                self.adapt(name[: -len(".lora_A.weight")])

    def adapt(self, layer):
        scale = self.lora_scale
        module = self.model.get_submodule(internal(layer))
        down, up = self.lora[layer + ".lora_A.weight"], self.lora[layer + ".lora_B.weight"]
        module.register_forward_hook(lambda _, inputs, output: output + scale * (inputs[0] @ down.T @ up.T))

    def trainable(self, prefixes):
        """Switches gradients on for every parameter that a name or a prefix of names matches."""
        chosen = {}
        for name, value in self.parameters.items():
            if any(name == p or name.startswith(p + ".") for p in prefixes):
                value.requires_grad_(True)
                chosen[name] = value
        return chosen

    def rows(self, sample, plain):
        """(length, hidden) embeddings and the labels of the positions."""
        pieces, labels = [], []

        def text(ids, learned):
            pieces.append(self.embed(ids))
            labels.extend(ids if learned else [IGNORED] * len(ids))

        def unlabelled(tensor):
            pieces.append(tensor)
            labels.extend([IGNORED] * len(tensor))

        if plain:
            text([BOS], False)
            self.image(sample, unlabelled)
            text(self.ids(sample["turns"][1] + "\n"), True)
            return torch.cat(pieces), labels
        before = SYSTEM + " "
        for i in range(0, len(sample["turns"]), 2):
            question, answer = sample["turns"][i], sample["turns"][i + 1]
            start = [BOS] if i == 0 else []
            if i == 0 and sample["picture"]:
                text(start + self.ids(before + "USER: "), False)
                self.image(sample, unlabelled)
                start, before = [], "\n" + question.strip() + " ASSISTANT:"
            else:
                before += "USER: " + question + " ASSISTANT:"
            asked, whole = self.ids(before), self.ids(before + " " + answer)
            assert whole[: len(asked)] == asked, "an answer's first token reaches into the question"
            text(start + asked, False)
            text(whole[len(asked) :] + [EOS], True)
            before = ""
        return torch.cat(pieces), labels

    def image(self, sample, add):
        image = Image.open(self.pictures / sample["picture"]).convert("RGB")
        pixels = preprocess(image, self.config["vision_config"]["image_size"])
        with torch.no_grad():
            hidden = self.model.model.vision_tower(pixels, output_hidden_states=True).hidden_states
        features = hidden[self.config["vision_feature_layer"]][0, 1:]
        add(self.model.model.multi_modal_projector(features))
        if sample["entities"] is None:
            return
        markers = self.parameters["marker_rows"]
        add(markers[:1])
        if sample["entities"]:
            file = (self.pictures / sample["picture"]).with_suffix(".json")
            listed = json.loads(file.read_text(encoding="utf-8"))["entities"]
            masks = [entity_files.mask_of(listed[i]["segmentation"]) for i in sample["entities"]]
            canvases = torch.stack([torch.from_numpy(entity_files.on_canvas(mask)) for mask in masks])
            side = int(len(features) ** 0.5)
            question = sample["turns"][0].strip()
            f_t = self.embed(self.ids(question) if question else [])
            add(self.graph(features.T.reshape(-1, side, side), canvases, f_t)["tokens"])
        add(markers[1:])

    def loss_sum(self, sample, plain=False):
        """Sum of the label tokens' negative log-likelihoods, and their number."""
        rows, labels = self.rows(sample, plain)
        hidden = self.model.model.language_model(inputs_embeds=rows[None], use_cache=False).last_hidden_state[0]
        logits = self.model.lm_head(hidden)[:-1]
        target = torch.tensor(labels[1:])
        loss = torch.nn.functional.cross_entropy(logits, target, ignore_index=IGNORED, reduction="sum")
        return loss, int((target != IGNORED).sum()), len(labels)


def published(name):
    """transformers' name of a parameter as modules of this project know it."""
    name = name.removeprefix("model.")
    for old, new in (("language_model.", "language_model.model."), ("lm_head.", "language_model.lm_head.")):
        if name.startswith(old):
            return new + name.removeprefix(old)
    return name


def internal(name):
    return name.replace("language_model.model.", "model.language_model.")


def train(model, parameters, samples, plain, settings):
    """Whole steps; returns a record of each. The mean is over all label tokens of a step."""
    groups = {}
    for name, value in parameters.items():
        special = [p for p in settings["learning_rates"] if name == p or name.startswith(p + ".")]
        rate = settings["learning_rates"][max(special, key=len)] if special else settings["learning_rate"]
        groups.setdefault(rate, []).append(value)
    optimizer = torch.optim.AdamW(
        [{"params": values, "lr": rate} for rate, values in groups.items()],
        betas=(settings["beta1"], settings["beta2"]),
        eps=settings["epsilon"],
        weight_decay=settings["weight_decay"],
    )
    warmup = math.ceil(settings["steps"] * settings["warmup_ratio"])
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, warmup, settings["steps"])
    records, position = [], 0
    for _ in range(settings["run"]):
        chosen = [samples[(position + i) % len(samples)] for i in range(settings["batch"])]
        position += settings["batch"]
        sums = [model.loss_sum(sample, plain) for sample in chosen]
        tokens = sum(count for _, count, _ in sums)
        loss = sum(value for value, _, _ in sums) / tokens
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(list(parameters.values()), settings["clip"])
        records.append({"loss": loss.item(), "norm": norm.item(), "label_tokens": tokens, "positions": sum(n for _, _, n in sums)})
        records[-1]["rates"] = {str(r): g["lr"] for r, g in zip(groups, optimizer.param_groups)}
        optimizer.step()
        schedule.step()
    return records
