"""Writes the fixtures of training: gradients, steps and losses of training.py on the weights of model/tiny-llava-sg.

    python3 reference/train/make_fixtures.py core/src/test/resources
"""

import json
import pathlib
import sys

import numpy as np
import torch
import transformers
from safetensors.torch import save_file

import samples
from training import Trainee, train

STAGE2 = ["scene_graph", "scene_graph_projector", "marker_rows"]
RANK, ALPHA = 3, 6
SETTINGS = {"learning_rate": 2e-3, "learning_rates": {}, "warmup_ratio": 0.03, "weight_decay": 0.0, "clip": 1.0}
SETTINGS |= {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "batch": 3, "steps": 40, "run": 10}
THREE = SETTINGS | {"learning_rate": 5e-3, "learning_rates": {"multi_modal_projector": 1e-3, "scene_graph.node_proj": 2e-3}}
THREE |= {"warmup_ratio": 0.0, "weight_decay": 0.1, "clip": 0.5, "steps": 3, "run": 3, "batch": 4}


def adapters(model_config):
    """Weights for every linear layer of the decoder; B is not zero, so that A has a gradient."""
    rng = np.random.default_rng(5)
    text = model_config["text_config"]
    hidden, inner = text["hidden_size"], text["intermediate_size"]
    queries, keys = text["num_attention_heads"] * text["head_dim"], text["num_key_value_heads"] * text["head_dim"]
    shapes = {"self_attn.q_proj": (hidden, queries), "self_attn.k_proj": (hidden, keys), "self_attn.v_proj": (hidden, keys)}
    shapes |= {"self_attn.o_proj": (queries, hidden), "mlp.gate_proj": (hidden, inner), "mlp.up_proj": (hidden, inner)}
    shapes |= {"mlp.down_proj": (inner, hidden)}
    tensors = {}
    for i in range(text["num_hidden_layers"]):
        for name, (inputs, outputs) in shapes.items():
            layer = f"language_model.model.layers.{i}.{name}"
            for half, shape in (("A", (RANK, inputs)), ("B", (outputs, RANK))):
                values = rng.normal(0, 0.2, shape).astype(np.float32)
                tensors[f"{layer}.lora_{half}.weight"] = torch.from_numpy(values)
    return tensors


def optimiser_steps(out):
    """Three steps of torch.optim.AdamW on given gradients, with clipping, a schedule, decay and two learning rates."""
    rng = np.random.default_rng(6)
    shapes = {"a.weight": (7, 5), "a.bias": (7,), "b.weight": (3, 4, 2)}
    values = {name: torch.from_numpy(rng.normal(0, 1, shape).astype(np.float32)) for name, shape in shapes.items()}
    tensors = {f"{name}.before": value.clone() for name, value in values.items()}
    for value in values.values():
        value.requires_grad_(True)
    groups = [{"params": [values["a.weight"], values["a.bias"]], "lr": 3e-3}, {"params": [values["b.weight"]], "lr": 1e-2}]
    optimizer = torch.optim.AdamW(groups, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.2)
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, 2, 5)
    norms = []
    for step in range(4):
        for name, value in values.items():
            gradient = rng.normal(0, [0.05, 0.5, 0.2, 1.0][step], value.shape).astype(np.float32)
            tensors[f"{name}.gradient.{step}"] = torch.from_numpy(gradient)
            # In the third step nothing reaches b: its own count of steps stands still.
            value.grad = None if step == 2 and name.startswith("b") else tensors[f"{name}.gradient.{step}"].clone()
        norms.append(torch.nn.utils.clip_grad_norm_([v for v in values.values() if v.grad is not None], 1.0).item())
        optimizer.step()
        schedule.step()
        tensors |= {f"{name}.after.{step}": value.detach().clone() for name, value in values.items()}
    save_file(tensors, out / "adamw.safetensors")
    return norms


def gradients(model, prefixes):
    chosen = model.trainable(prefixes)
    sums = [model.loss_sum(sample) for sample in samples.INSTRUCTIONS]
    loss = sum(value for value, _, _ in sums) / sum(count for _, count, _ in sums)
    loss.backward()
    # What no sample's gradient reaches stays out, such as rows' own gradients of a table that is not trained.
    return loss.item(), {name: value.grad.contiguous() for name, value in chosen.items() if value.grad is not None}


def main():
    resources = pathlib.Path(sys.argv[1])
    weights, pictures = resources / "model" / "tiny-llava-sg", resources / "model" / "pictures"
    out = resources / "train"
    out.mkdir(exist_ok=True)
    torch.set_num_threads(1)
    Trainee.lora_scale = ALPHA / RANK
    expected = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}}
    expected |= {"instructions": samples.INSTRUCTIONS, "captions": samples.CAPTIONS, "lora": {"rank": RANK, "alpha": ALPHA}}

    expected["adamw_norms"] = optimiser_steps(out)

    model = Trainee(weights, pictures)
    expected["lengths"] = [model.loss_sum(sample)[2] for sample in samples.INSTRUCTIONS]
    expected["labels"] = [model.loss_sum(sample)[1] for sample in samples.INSTRUCTIONS]
    everything = ["multi_modal_projector", "language_model", *STAGE2]
    loss, tensors = gradients(model, everything)
    expected["loss"] = loss
    save_file(tensors, out / "gradients.safetensors")

    lora = adapters(model.config)
    model = Trainee(weights, pictures, lora)
    loss, tensors = gradients(model, list(lora))
    expected["lora_loss"] = loss
    tensors = {"gradient." + name: value for name, value in tensors.items()} | {n: v.detach() for n, v in lora.items()}
    save_file(tensors, out / "lora.safetensors")

    model = Trainee(weights, pictures)
    chosen = model.trainable(["multi_modal_projector", *STAGE2])
    expected["three_steps"] = {"settings": THREE, "records": train(model, chosen, samples.INSTRUCTIONS, False, THREE)}
    save_file({name: value.detach().contiguous() for name, value in chosen.items()}, out / "three-steps.safetensors")

    model = Trainee(weights, pictures)
    chosen = model.trainable(["multi_modal_projector"])
    expected["stage1"] = {"settings": SETTINGS, "records": train(model, chosen, samples.CAPTIONS, True, SETTINGS)}
    (out / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
