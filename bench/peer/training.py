"""training.py: forward and backward of one decoder layer and one Scene Graph Expression module of real shape, by
PyTorch. The last line of stdout is JSON: medians over the repeats, after warm-up, in milliseconds.

The layer is transformers' LlamaDecoderLayer with fused attention; the module is written with torch.nn.functional, all
heads in one product. Every weight and the input get a gradient.
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F
import transformers
from transformers.models.llama.modeling_llama import LlamaDecoderLayer, LlamaRotaryEmbedding


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--positions", type=int, default=640)
    parser.add_argument("--nodes", type=int, default=16)
    parser.add_argument("--prompt", type=int, default=24, help="tokens that activate the graph")
    parser.add_argument("--clock", default="wall", choices=["wall", "cpu"], help="cpu: of this process")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=1)
    return parser.parse_args()


def layer(args, dtype):
    config = transformers.LlamaConfig(hidden_size=4096, intermediate_size=11008, num_attention_heads=32, num_hidden_layers=1)
    config._attn_implementation = "sdpa"
    module = LlamaDecoderLayer(config, 0).to(dtype).to(args.device)
    for name, parameter in module.named_parameters():
        parameter.data.fill_(1) if "norm" in name else parameter.data.uniform_(-0.03, 0.03)
    hidden = torch.randn(1, args.positions, 4096, dtype=dtype, device=args.device, requires_grad=True)
    positions = torch.arange(args.positions, device=args.device)[None]
    rotary = LlamaRotaryEmbedding(config).to(args.device)(hidden, positions)

    def forward():
        out = module(hidden, position_embeddings=rotary, attention_mask=None)
        return out[0] if isinstance(out, tuple) else out

    return forward, [hidden, *module.parameters()]


class Graph:
    """d = 1024, 16 heads, MLP 2048, two blocks of message passing, one of prompt activation, and W_g."""

    D, HEADS, MLP, PROMPT, VISION = 1024, 16, 2048, 4096, 1024

    def __init__(self, dtype, device):
        self.weights = {}
        self.options = {"dtype": dtype, "device": device}
        self.linear("node", self.D, self.VISION)
        for block in ("0", "1", "p"):
            for name in "qkvo":
                self.linear(block + name, self.D, self.D)
            self.linear(block + "1", self.MLP, self.D)
            self.linear(block + "2", self.D, self.MLP)
            self.norm(block + "n1", self.D)
            self.norm(block + "n2", self.D)
        self.norm("prompt_norm", self.PROMPT)
        self.linear("prompt", self.D, self.PROMPT)
        self.norm("final", self.D)
        self.linear("w1", self.PROMPT, self.D)
        self.linear("w2", self.PROMPT, self.PROMPT)

    def linear(self, name, outputs, inputs):
        weight = torch.empty(outputs, inputs, **self.options).uniform_(-0.03, 0.03).requires_grad_(True)
        self.weights[name] = (weight, torch.zeros(outputs, **self.options, requires_grad=True))

    def norm(self, name, size):
        self.weights[name] = (torch.ones(size, **self.options, requires_grad=True), torch.zeros(size, **self.options, requires_grad=True))

    def apply(self, name, x):
        return F.linear(x, *self.weights[name])

    def normed(self, name, x):
        weight, bias = self.weights[name]
        return F.layer_norm(x, weight.shape, weight, bias, 1e-5)

    def block(self, name, x, context):
        normed = self.normed(name + "n1", x)
        context = normed if context is None else context
        q, k, v = (self.apply(name + n, t).unflatten(-1, (self.HEADS, -1)).transpose(1, 2) for n, t in zip("qkv", (normed, context, context)))
        attention = torch.softmax(q @ k.transpose(-1, -2) * (self.D // self.HEADS) ** -0.5, dim=-1)
        x = x + self.apply(name + "o", (attention @ v).transpose(1, 2).flatten(-2))
        return x + self.apply(name + "2", F.gelu(self.apply(name + "1", self.normed(name + "n2", x))))

    def __call__(self, features, prompt):
        x = self.apply("node", features)
        for name in ("0", "1"):
            x = self.block(name, x, None)
        context = self.apply("prompt", self.normed("prompt_norm", prompt))
        x = self.normed("final", self.block("p", x, context))
        return self.apply("w2", F.gelu(self.apply("w1", x)))


def graph(args, dtype):
    module = Graph(dtype, args.device)
    features = torch.randn(1, args.nodes, Graph.VISION, dtype=dtype, device=args.device)
    prompt = torch.randn(1, args.prompt, Graph.PROMPT, dtype=dtype, device=args.device)
    return lambda: module(features, prompt), [t for pair in module.weights.values() for t in pair]


def measure(args, forward, leaves):
    times = []
    clock = time.perf_counter if args.clock == "wall" else time.process_time
    for i in range(args.warmup + args.repeats):
        for leaf in leaves:
            leaf.grad = None
        began = clock()
        out = forward()
        out.backward(torch.ones_like(out))
        if args.device != "cpu":
            torch.cuda.synchronize()
        if i >= args.warmup:
            times.append((clock() - began) * 1000)
    return statistics.median(times)


def main():
    args = arguments()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    dtype = getattr(torch, args.dtype)
    result = {"peer": "torch", "versions": {"torch": torch.__version__, "transformers": transformers.__version__}}
    result |= {"dtype": args.dtype, "threads": torch.get_num_threads()}
    result["layer_ms"] = round(measure(args, *layer(args, dtype)), 3)
    result["graph_ms"] = round(measure(args, *graph(args, dtype)), 3)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
