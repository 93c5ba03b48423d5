"""A tiny tokenizer of LLaMA's kind: SentencePiece BPE with byte fallback, trained on the text below.

`<unk>`, `<s>`, `</s>` are 0, 1 and 2, the 256 bytes follow, then the pieces. The tokenizer.json says the same in the
form of the tokenizers library; every text of the fixtures is checked to come out equal from both.
"""

import io
import json

import sentencepiece
from tokenizers import Tokenizer

PIECES = 600
SPECIALS = ["<image>", "<pad>", "<sg>", "<text>"]  # right after the pieces; a tokenizer.json may hold fewer

TEXT = """
A chat between a curious user and an artificial intelligence assistant.
The assistant gives helpful, detailed, and polite answers to the user's questions.
USER: What is in the picture? ASSISTANT: The picture shows a red ball on a green hill.
USER: How many balls are there? ASSISTANT: There are two balls, and one of them is blue.
USER: What is the dog doing? ASSISTANT: The dog is running after the ball near the water.
USER: Which colour is the sky? ASSISTANT: The sky is grey because it is going to rain.
USER: Where does the boat lie? ASSISTANT: It lies on the lake to the left of the house.
Answer the question using a single word or phrase.
Answer with the option's letter from the given choices directly.
Provide a one-sentence caption for the provided image.
Is there a tree in the image? Yes, a tall tree stands behind the house.
Is the person holding an umbrella? No, the person is holding a kite.
What is the relation between the cup and the table? The cup is on the table.
What is to the right of the chair? A lamp is to the right of the chair.
A man rides a horse along the beach while the sun goes down.
Three birds sit on a wire above the street.
The largest object in this photo is a mountain covered with snow.
A woman in a yellow coat walks under the bridge with her bicycle.
The window is open, and the curtain moves in the wind.
Can you describe the scene in detail? There is a bus in front of a shop.
The children play with a wooden train on the floor of the kitchen.
Which one is bigger, the circle or the square? The circle is bigger.
Look at the shadow of the tower: it must be early in the morning.
The sign says stop, but the truck keeps going down the road.
Please read the number on the shirt. The number is 10.
An old clock hangs on the wall between two paintings.
He would like to know what kind of flower this is and where it grows.
They have been waiting for the train since seven in the morning.
Nothing unusual can be seen here, only grass, stones and a wall.
There should be another person who took this photo.
Some of the apples are red, some are green, and all of them are in the basket.
"""


def train():
    """The bytes of a tokenizer.model."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for line in TEXT.splitlines() if line),
        model_writer=model,
        vocab_size=PIECES,
        model_type="bpe",
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=True,
        allow_whitespace_only_pieces=True,
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


def vocabulary(model):
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size())]


def merges(pieces):
    """Every pair of pieces that joins into a piece, in the order of the piece made, then of its parts."""
    ids = {piece: i for i, piece in enumerate(pieces)}
    pairs = []
    for whole, rank in ids.items():
        if rank < 3 + 256:
            continue
        halves = [(whole[:cut], whole[cut:]) for cut in range(1, len(whole))]
        known = sorted((ids[a], ids[b]) for a, b in halves if a in ids and b in ids)
        pairs += [[pieces[a], pieces[b]] for a, b in known]
    return pairs


def metaspace():
    """How transformers 5 writes the prefix space."""
    scheme = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": False}
    return {"normalizer": None, "pre_tokenizer": scheme}


def prepend():
    """How transformers 4 wrote it, and how the published LLaVA-1.5 ports have it."""
    steps = [
        {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
    ]
    return {"normalizer": {"type": "Sequence", "normalizers": steps}, "pre_tokenizer": None}


def added(index, content):
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": index, "content": content, **flags, "special": True}


def post_processor():
    bos, one, two = {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}
    second = {"SpecialToken": {"id": "<s>", "type_id": 1}}
    token = {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}
    return {"type": "TemplateProcessing", "single": [bos, one], "pair": [bos, one, second, two], "special_tokens": token}


def tokenizer_json(model, specials, prefix_space):
    """The text of a tokenizer.json; specials come after the pieces, in order."""
    pieces = vocabulary(model)
    tokens = [added(i, pieces[i]) for i in range(3)] + [added(len(pieces) + i, s) for i, s in enumerate(specials)]
    steps = [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
        {"type": "ByteFallback"},
        {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0},
    ]
    bpe = {
        "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
        "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True, "ignore_merges": False,
        "vocab": {piece: i for i, piece in enumerate(pieces)}, "merges": merges(pieces),
    }  # fmt: skip
    whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens, **prefix_space}
    whole |= {"post_processor": post_processor(), "decoder": {"type": "Sequence", "decoders": steps}, "model": bpe}
    return json.dumps(whole, ensure_ascii=False)


def check(model, text_json, texts):
    """Both forms give every text the same ids, whatever it spells."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    tokenizer = Tokenizer.from_str(text_json)
    tokenizer.encode_special_tokens = True
    for text in texts:
        expected, actual = processor.encode(text), tokenizer.encode(text, add_special_tokens=False).ids
        assert expected == actual, (text, expected, actual)
