"""A tiny CLIP with random weights: its similarities, its loss, and gradients, from transformers.

Usage: clip.py DIR. Writes clip-contrast.safetensors: the weights under transformers' names,
and beside them, below "golden.", what goes in and what comes out.
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel

torch.manual_seed(0)
EOS = 3  # not 2: for that id transformers keeps an older rule
config = CLIPConfig(
    text_config=dict(
        vocab_size=40,
        hidden_size=16,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=1,
        max_position_embeddings=12,
        hidden_act="quick_gelu",
        eos_token_id=EOS,
        bos_token_id=1,
        pad_token_id=0,
    ),
    vision_config=dict(
        hidden_size=16,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=1,
        image_size=28,
        patch_size=14,
        hidden_act="quick_gelu",
    ),
    projection_dim=8,
)
model = CLIPModel(config).eval()
with torch.no_grad():
    for parameter in model.parameters():
        if parameter.dim() > 0:
            parameter.add_(0.1 * torch.randn_like(parameter))

pixels = torch.randn(4, 3, 28, 28)
lengths = [5, 9, 7, 12]
ids = torch.zeros(4, max(lengths), dtype=torch.long)
for row, length in enumerate(lengths):
    ids[row, 0] = 1
    ids[row, 1 : length - 1] = torch.randint(4, 40, (length - 2,))
    ids[row, length - 1] = EOS
last = torch.tensor([row * ids.shape[1] + length - 1 for row, length in enumerate(lengths)])

# No attention mask: a caption's last token sees none behind it.
output = model(input_ids=ids, pixel_values=pixels, return_loss=True)
output.loss.backward()
tensors = {
    name: value.detach().clone().contiguous()
    for name, value in model.state_dict().items()
    if not name.endswith("position_ids")
}
tensors |= {
    "golden.pixels": pixels,
    "golden.ids": ids,
    "golden.last": last,
    "golden.similarities": output.logits_per_image.detach().contiguous().clone(),
    "golden.loss": output.loss.detach().reshape(1),
    "golden.gradient.logit_scale": model.logit_scale.grad.reshape(1),
    "golden.gradient.token_embedding": model.text_model.embeddings.token_embedding.weight.grad,
    "golden.gradient.class_embedding": model.vision_model.embeddings.class_embedding.grad,
}
target = pathlib.Path(sys.argv[1]) / "clip-contrast.safetensors"
target.parent.mkdir(parents=True, exist_ok=True)
save_file(tensors, target)
print(target, target.stat().st_size)
