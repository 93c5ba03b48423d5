"""The Scene Graph Expression module, written plainly from its specification (paper, section II-A).

Nothing here is fast: node features sample the feature map at every mask pixel, attention is spelled out as softmax of
scores. That is the point: an implementation that factorises the pooling or fuses the attention is checked against this.
"""

import torch
import torch.nn.functional as F


def pool(f_v, mask):
    """Mean of the bilinear samples of f_v (d, h, w) at the centres of the mask's pixels; mask is (H, W), non-empty."""
    height, width = mask.shape
    rows, columns = torch.nonzero(mask, as_tuple=True)
    x = (columns.float() + 0.5) / width * 2 - 1
    y = (rows.float() + 0.5) / height * 2 - 1
    grid = torch.stack([x, y], dim=-1)[None, None]  # 1 x 1 x P x 2
    samples = F.grid_sample(f_v[None], grid, mode="bilinear", padding_mode="border", align_corners=False)
    return samples[0, :, 0].double().mean(dim=-1).float()


class SceneGraphExpression:
    """weights: a dict of float32 tensors named as in a checkpoint; config: its scene_graph_config."""

    def __init__(self, config, weights):
        self.config = config
        self.weights = {k: v.float() for k, v in weights.items()}

    def linear(self, name, x):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def norm(self, name, x):
        weight, bias = self.weights[name + ".weight"], self.weights[name + ".bias"]
        mean = x.mean(-1, keepdim=True)
        variance = ((x - mean) ** 2).mean(-1, keepdim=True)
        return (x - mean) / torch.sqrt(variance + self.config["layer_norm_eps"]) * weight + bias

    def attention(self, name, x, context):
        """Returns the output (N, d) and the head-averaged weights (N, M)."""
        heads = self.config["num_attention_heads"]
        head_dim = self.config["hidden_size"] // heads
        q, k, v = self.linear(name + ".q_proj", x), self.linear(name + ".k_proj", context), self.linear(name + ".v_proj", context)
        outputs, averages = [], 0
        for head in range(heads):
            part = slice(head * head_dim, (head + 1) * head_dim)
            weights = torch.softmax(q[:, part] @ k[:, part].T / head_dim**0.5, dim=-1)
            outputs.append(weights @ v[:, part])
            averages = averages + weights / heads
        return self.linear(name + ".o_proj", torch.cat(outputs, dim=-1)), averages

    def mlp(self, name, x):
        h = self.linear(name + ".fc1", x)
        h = 0.5 * h * (1 + torch.erf(h / 2**0.5))
        return self.linear(name + ".fc2", h)

    def block(self, name, x, context=None):
        """Self-attention without a context, cross-attention with one."""
        normed = self.norm(name + ".norm1", x)
        attended, weights = self.attention(name + ".attn", normed, normed if context is None else context)
        x = x + attended
        return x + self.mlp(name + ".mlp", self.norm(name + ".norm2", x)), weights

    def __call__(self, f_v, masks, f_t):
        """f_v (d_e, h, w), masks (N, H, W) with N > 0 and no empty mask, f_t (N_t, d_t); returns every intermediate."""
        out = {"f_e": torch.stack([pool(f_v, mask) for mask in masks])}
        x = self.linear("scene_graph.node_proj", out["f_e"])
        if self.config["message_passing"]:
            for i in range(self.config["num_message_passing_layers"]):
                x, out[f"edge_attention.{i}"] = self.block(f"scene_graph.message_passing.{i}", x)
        out["after_message_passing"] = x
        if self.config["prompt_attention"] and len(f_t) > 0:
            context = self.linear("scene_graph.prompt_proj", self.norm("scene_graph.prompt_norm", f_t))
            for i in range(self.config["num_prompt_layers"]):
                x, out[f"prompt_attention.{i}"] = self.block(f"scene_graph.prompt_attention.{i}", x, context)
        out["graph"] = self.norm("scene_graph.final_norm", x)
        hidden = self.linear("scene_graph_projector.linear_1", out["graph"])
        hidden = 0.5 * hidden * (1 + torch.erf(hidden / 2**0.5))
        out["tokens"] = self.linear("scene_graph_projector.linear_2", hidden)
        return out
