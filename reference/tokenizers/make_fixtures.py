"""Trains two tiny tokenizers and records what the reference libraries make of odd texts.

Needs sentencepiece, tokenizers and transformers. Usage:

    python3 reference/tokenizers/make_fixtures.py core/src/test/resources/tokenizers
"""

import io
import json
import random
import shutil
import sys
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import AutoTokenizer

SPECIAL = ["<image>", "<pad>", "<sg>", "<text>"]

SUBJECTS = ["a dog", "the red car", "an old man", "a woman", "the small bird", "a taxi", "the iron", "a child"]
VERBS = ["is next to", "stands behind", "looks at", "carries", "is under", "holds", "is on top of", "runs around"]
PLACES = ["in the street", "on the table", "near the river", "at home", "in a garden", "under the bridge"]
TURNS = [
    "A chat between a curious user and an artificial intelligence assistant.",
    "The assistant gives helpful, detailed, and polite answers to the user's questions.",
    "USER: What is unusual about this image? ASSISTANT: A man is ironing on a car.",
    "Answer the question using a single word or phrase.",
    "How many people are there? Is there a dog in the picture? Yes, two. No.",
    "été, naïve, Äpfel, über, señor, привет мир, καλημέρα, 日本語の文章, 你好世界",
    "x = [1, 23, 456]; if (x != 0) { return x * 2; }  // 50 % of $7.89",
]


def corpus():
    chance = random.Random(7)
    for _ in range(1500):
        sentence = " ".join(chance.choice(part) for part in (SUBJECTS, VERBS, SUBJECTS, PLACES))
        yield sentence[0].upper() + sentence[1:] + chance.choice([".", "!", "?", ", too."])
        yield chance.choice(TURNS)
        if chance.random() < 0.2:
            yield "    indented  text" + " " * chance.randrange(1, 9) + "with   spaces"


TEXTS = [
    "", " ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", "\t\r\n \n", "a", " a", "  a", "a ", "a  ", "  a  b   c    ",
    "Hello world", " Hello world", "Hello, y'all! How are you \U0001F601 ?我想在apple工作1314151天～",
    "What is unusual about this image?", "\nWhat is unusual about this image? ASSISTANT:", "USER: ", "USER:",
    "</s>", "<s>", "<s>a</s>", "<unk>", "<pad>", "<image>", "<image>\nhi", "a <sg> b <text> c", "[CLS] a [SEP]",
    "[MASK]", "[UNK]", "<0x0A>", "<0xF0><0x9F>", "a<0x41>b", "\u2581", "\u2581a", "a\u2581b", " \u2581 ",
    "\x00", "a\x00b", "\x01\x7f\x80\x9f", "\ufeffx", "\u200b\u00ad", "\u00a0x\u00a0", "\u2028\u2029\u3000",
    "e\u0301", "\u00e9", "\ufb01", "\u212b", "\uff41\u2460", "\U0001F468\u200d\U0001F469\u200d\U0001F467",
    "\U0001F999.cpp", "\U0001F680 (normal) \U0001F636\u200d\U0001F32B\ufe0f", "\U0010FFFF", "\ue000", "\ufffd",
    "3", "33", "333", "3333", "33333", "x = 12345;", "!!!!!!", "......", "=====", "a" * 40, "ab" * 20, " " * 17,
    "\n" * 9, "\t\tif (x) {\r\n\t\t\treturn  x;\r\n\t\t}\r\n", "привет, мир", "Привет", "日本語の文章です。",
    "你好世界", "한국어", "नमस्ते", "กรุงเทพ", "שלום", "مرحبا", "Cửa Việt", "ÄÖÜ äöü ß", "İstanbul ışık",
    "a man. an iron. yellow taxi. street light.", "a man . an iron . yellow taxi .", "Straße-Laterne, co-op's",
    "the dog" + " and the dog" * 30,
]


def random_texts():
    chance = random.Random(11)
    parts = ["a", "the", " ", "  ", "    ", "\n", "\t", "é", "日", "\U0001F680", "=", "-", "1", "0", "<", ">", "/s", "\u2581",
             " dog", "car ", "USER:", "ing", "'s", ".", ",", "is on", "\r\n", "\x00", "Q", "ь"]
    return ["".join(chance.choice(parts) for _ in range(chance.randrange(1, 25))) for _ in range(150)]


def train_bpe(folder, kind="bpe", size=700, name="spm"):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=corpus(), model_writer=model, model_type=kind, vocab_size=size, byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True,
        allow_whitespace_only_pieces=True, character_coverage=0.995, num_threads=1, minloglevel=2,
        hard_vocab_limit=False)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.model").write_bytes(model.getvalue())
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def write(path, value):
    path.write_text(json.dumps(value, indent=None, separators=(",", ":")) + "\n")


def id_lists(size):
    """Lists that decoding has to live through: bytes in any order, special tokens, ids beyond the end."""
    chance = random.Random(13)
    lists = [[], [1], [1, 2], [3 + b for b in "é日\U0001F680".encode()], [3 + 0xF0, 3 + 0x9F, 300],
             [3 + 0xF0, 3 + 0x9F, 2, 3 + 0x9A, 3 + 0x80], [3 + 0xC3, 3 + 0xC3, 3 + 0xA9], [3 + 13, 300, 3 + 10],
             [size + 50, 300, size + 3]]
    for _ in range(150):
        lists.append([chance.choice([chance.randrange(0, size + 4), chance.randrange(3, 259), 300 + chance.randrange(50)])
                      for _ in range(chance.randrange(1, 12))])
        text = chance.choice(TEXTS).encode()
        lists.append([3 + b for b in text[chance.randrange(0, 2):]])
    return lists


def llama_like(processor, folder):
    """A tokenizer.json as transformers writes it today, with Metaspace and merges in the order of ids."""
    size = processor.get_piece_size()
    vocabulary = {processor.id_to_piece(i): i for i in range(size)}
    merges = []
    for piece in vocabulary:
        splits = [(piece[:i], piece[i:]) for i in range(1, len(piece))]
        splits = [s for s in splits if s[0] in vocabulary and s[1] in vocabulary]
        merges += sorted(splits, key=lambda s: (vocabulary[s[0]], vocabulary[s[1]]))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, fuse_unk=True, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(content=" ", left=1)])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"] + SPECIAL)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder / "tokenizer_config.json", {
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
        "clean_up_tokenization_spaces": False, "tokenizer_class": "PreTrainedTokenizerFast"})
    return AutoTokenizer.from_pretrained(folder)


def ids_with_special(tokenizer, text):
    return tokenizer(text, add_special_tokens=False).input_ids


def prompts(tokenizer):
    """Prompts in which the reference finds the special tokens itself; -1 stands for the image."""
    preamble = TURNS[0] + " " + TURNS[1] + " USER: "
    image = tokenizer.convert_tokens_to_ids("<image>")
    texts = {
        "one": preamble + "<image>\nWhat is it? ASSISTANT:",
        "two": preamble + "<image>\nWhat is it? ASSISTANT: A red car.</s>USER: How many? ASSISTANT:",
        "three": preamble + "<image>\nWhat is it? ASSISTANT: A red car.</s>USER: How many? ASSISTANT: Two.</s>"
                            "USER: Sure? ASSISTANT: Yes.</s>",
        "text": preamble + "Hello ASSISTANT: Hi.</s>USER: Why? ASSISTANT:",
        "plain": "<image>a dog is next to the red car\n",
    }
    return {name: [-1 if i == image else i for i in [1] + ids_with_special(tokenizer, text)]
            for name, text in texts.items()}


def word_pieces(folder):
    alphabet = [chr(c) for c in range(33, 127) if not chr(c).isupper()] + list("ßéьпр日你好")
    words = sorted({w for line in SUBJECTS + VERBS + PLACES + ["man iron yellow street light what is unusual image"]
                    for w in line.split()})
    pieces = ["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + alphabet + words
    pieces += ["##" + c for c in "abcdefghijklmnopqrstuvwxyz0123456789"] + ["##ing", "##s", "##er", "##ern"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")
    tokenizer = Tokenizer(models.WordPiece(vocab={p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cases = []
    for text in TEXTS + random_texts():
        encoding = tokenizer.encode(text, add_special_tokens=False)
        at = [0]
        for c in text:
            at.append(at[-1] + len(c.encode("utf-16-le")) // 2)
        cases.append({"text": text, "ids": encoding.ids, "starts": [at[a] for a, _ in encoding.offsets],
                      "ends": [at[b] for _, b in encoding.offsets]})
    write(folder / "cases.json", cases)


def main():
    out = Path(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    processor = train_bpe(out / "sentencepiece")
    size = processor.get_piece_size()
    texts = TEXTS + random_texts()
    write(out / "sentencepiece" / "cases.json", [{"text": t, "ids": processor.encode(t)} for t in texts])
    train_bpe(out / "unigram", kind="unigram", size=400)

    reference = llama_like(processor, out / "llama")
    write(out / "llama" / "cases.json",
          [{"text": t, "ids": reference(t, add_special_tokens=False, split_special_tokens=True).input_ids} for t in texts])
    write(out / "llama" / "decode.json",
          [{"ids": ids, "text": reference.decode(ids, skip_special_tokens=True)} for ids in id_lists(size)])
    write(out / "llama" / "prompts.json", prompts(reference))
    word_pieces(out / "wordpiece")


if __name__ == "__main__":
    main()
