"""layers.py: prefill and decode times of a LLaMA by transformers, weights random or those of a directory.

--model DIR takes the language model out of a llava-hf or LLaVA-SG directory (or a LLaMA one); without it the shape
comes from the options, and the weights are random. The last line of stdout is JSON: medians over the repeats, after
warm-up. Inference mode, fused attention, the KV cache that transformers takes by itself, logits of the last position.
"""

import argparse
import json
import pathlib
import resource
import statistics
import time

import torch
import transformers


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--hidden", type=int, default=4096)
    parser.add_argument("--heads", type=int, default=32)
    parser.add_argument("--kv-heads", type=int, help="as many as heads unless told")
    parser.add_argument("--intermediate", type=int, default=11008)
    parser.add_argument("--vocab", type=int, default=32064)
    parser.add_argument("--dtype", default="auto", choices=["auto", "float32", "bfloat16", "float16"])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--prompt", type=int, default=640, help="positions of the prompt")
    parser.add_argument("--decode", type=int, default=32, help="tokens after it")
    parser.add_argument("--input", default="embeds", choices=["embeds", "ids"], help="what the prompt is given as")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--warmup", type=int, default=2)
    return parser.parse_args()


def stored(args):
    """The language model of a directory."""
    config = json.loads((args.model / "config.json").read_text())
    options = {"dtype": "auto" if args.dtype == "auto" else getattr(torch, args.dtype)}
    options |= {"attn_implementation": "sdpa", "low_cpu_mem_usage": True}
    if "text_config" not in config:
        return transformers.LlamaForCausalLM.from_pretrained(args.model, **options)
    llava = transformers.LlavaConfig.from_dict({**config, "model_type": "llava"})
    whole = transformers.LlavaForConditionalGeneration.from_pretrained(args.model, config=llava, **options)
    with torch.device("meta"):
        model = transformers.LlamaForCausalLM(whole.config.text_config)
    model.model, model.lm_head = whole.model.language_model, whole.lm_head
    return model


def random(args):
    dtype = torch.bfloat16 if args.dtype == "auto" else getattr(torch, args.dtype)
    config = transformers.LlamaConfig(
        hidden_size=args.hidden,
        intermediate_size=args.intermediate,
        num_attention_heads=args.heads,
        num_key_value_heads=args.kv_heads or args.heads,
        num_hidden_layers=args.layers,
        vocab_size=args.vocab,
        max_position_embeddings=max(4096, args.prompt + args.decode),
        rms_norm_eps=1e-5,
        attn_implementation="sdpa",
    )
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    with torch.device("meta"):
        model = transformers.LlamaForCausalLM(config)
    model = model.to_empty(device="cpu")
    torch.set_default_dtype(before)
    for name, parameter in model.named_parameters():
        parameter.data.fill_(1) if name.endswith("norm.weight") else parameter.data.uniform_(-0.03, 0.03)
    # Its frequencies are a buffer, which to_empty leaves unset.
    model.model.rotary_emb = type(model.model.rotary_emb)(config)
    return model


def synchronise(args):
    if args.device != "cpu":
        torch.cuda.synchronize()


@torch.inference_mode()
def once(model, args, prompt):
    """Milliseconds of the prefill, and of each token after it."""
    synchronise(args)
    began = time.perf_counter()
    out = model(**prompt, use_cache=True, logits_to_keep=1)
    token = out.logits[0, -1].argmax().item()
    prefill = time.perf_counter() - began
    steps = []
    for _ in range(args.decode):
        began = time.perf_counter()
        ids = torch.tensor([[token]], device=args.device)
        out = model(input_ids=ids, past_key_values=out.past_key_values, use_cache=True, logits_to_keep=1)
        token = out.logits[0, -1].argmax().item()
        steps.append((time.perf_counter() - began) * 1000)
    return prefill * 1000, steps


def main():
    args = arguments()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if args.threads:
        torch.set_num_threads(args.threads)
    model = (stored(args) if args.model else random(args)).eval().to(args.device)
    torch.manual_seed(1)
    ids = torch.randint(3, model.config.vocab_size, (1, args.prompt), device=args.device)
    with torch.inference_mode():
        prompt = {"inputs_embeds": model.get_input_embeddings()(ids)} if args.input == "embeds" else {"input_ids": ids}
    for _ in range(args.warmup):
        once(model, args, prompt)
    prefills, steps = [], []
    for _ in range(args.repeats):
        prefill, decode = once(model, args, prompt)
        prefills.append(prefill)
        steps += decode
    config, prefill = model.config, statistics.median(prefills)
    result = {
        "peer": "transformers",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "dtype": str(model.dtype).removeprefix("torch."),
        "device": args.device,
        "threads": torch.get_num_threads(),
        "layers": config.num_hidden_layers,
        "hidden": config.hidden_size,
        "heads": config.num_attention_heads,
        "kv_heads": config.num_key_value_heads,
        "intermediate": config.intermediate_size,
        "vocab": config.vocab_size,
        "prompt": args.prompt,
        "input": args.input,
        "repeats": args.repeats,
        "prefill_ms": round(prefill, 3),
        "prefill_ms_all": [round(p, 3) for p in prefills],
        "prefill_tokens_per_s": round(args.prompt / prefill * 1000, 1),
    }
    if steps:
        step = statistics.median(steps)
        result |= {"decode_ms_per_token": round(step, 3), "decode_tokens_per_s": round(1000 / step, 2)}
        result |= {"decode_ms_min": round(min(steps), 3), "decode_ms_max": round(max(steps), 3)}
    result["peak_rss_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
