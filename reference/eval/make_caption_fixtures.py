"""make_caption_fixtures.py DIR

Tokens and scores of captions by pycocoevalcap, whose tokenizer (Stanford CoreNLP, GPL) needs a Java on
the path. That tokenizer looks across the end of a line, so that a caption's tokens may depend on the next
caption; here every caption is followed by the same one, which starts as most do.
"""

import json
import random
import sys
from pathlib import Path

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

import odd_captions

NEXT = "A zebra"


def tokens(captions):
    """The evaluation's tokens of each caption, by itself."""
    captioned = {i: [{"caption": text}, {"caption": NEXT}] for i, text in enumerate(captions)}
    return [pair[0] for pair in PTBTokenizer().tokenize(captioned).values()]


def images(count=260, seed=5):
    """Five references an image; a caption that is good, mixed up, odd, empty, or very long."""
    rng = random.Random(seed)
    references = [[odd_captions.caption(rng, odd=.3) for _ in range(rng.choice([5, 5, 5, 6, 1, 2]))] for _ in range(count)]
    candidates = []
    for i, texts in enumerate(references):
        kind = i % 10
        if kind < 3:
            words = rng.choice(texts).split(" ")
            words[rng.randrange(len(words))] = rng.choice(odd_captions.NOUNS)
            candidates.append(" ".join(words))
        elif kind < 6:
            candidates.append(odd_captions.caption(rng, odd=.4))
        elif kind == 6:
            candidates.append(rng.choice(texts))
        elif kind == 7:
            candidates.append(rng.choice(["", " ", ".", "a", "a a a a a a a a", "?", "狗", "a man " * 200, "!!!", texts[0].upper()]))
        elif kind == 8:
            candidates.append(" ".join(rng.choice(texts).split(" ")[:rng.randint(1, 4)]))
        else:
            candidates.append(texts[0] + " " + texts[-1] + "\n" + odd_captions.caption(rng))
    references[3][0] = ""
    return references, candidates


def main(directory):
    references, candidates = images()
    flat = tokens([text for texts in references for text in texts])
    tokenized, at = {}, 0
    for i, texts in enumerate(references):
        tokenized[i] = flat[at:at + len(texts)]
        at += len(texts)
    given = {i: [text] for i, text in enumerate(tokens(candidates))}
    cider, each_cider = Cider().compute_score(tokenized, given)
    bleu, each_bleu = Bleu(4).compute_score(tokenized, given, verbose=0)
    rouge, each_rouge = Rouge().compute_score(tokenized, given)
    captions = {
        "references": references, "candidates": candidates,
        "reference_tokens": list(tokenized.values()), "candidate_tokens": [texts[0] for texts in given.values()],
        "cider": {"corpus": float(cider), "each": each_cider.tolist()},
        "bleu": [{"corpus": bleu[k], "each": list(map(float, each_bleu[k]))} for k in range(4)],
        "rouge": {"corpus": float(rouge), "each": each_rouge.tolist()},
    }
    odd = odd_captions.around_each()
    sentences = [{"caption": text, "tokens": found} for text, found in zip(odd, tokens(odd))]
    for name, content in (("captions", captions), ("tokens", sentences)):
        text = json.dumps(content, separators=(",", ":"))
        (Path(directory) / f"{name}.json").write_text(text + "\n")
        print(name, len(content), len(text))


if __name__ == "__main__":
    main(sys.argv[1])
