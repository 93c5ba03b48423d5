"""The questions of the fixtures: which picture, which entities, which turns, what a user may type."""

VQA = "How many balls are there?\nAnswer the question using a single word or phrase."
LONG = (
    "Look at the picture once more and tell me, as exactly as you can, where the boat lies, which colour the hill has, "
    "whether the ball is in front of it or behind it, what the lamp post on the left side is for, how many lights can be "
    "seen, and why; then say in one sentence what you would call the picture, and what a child would call it. "
) * 2
THREE_TURNS = [("A red ball.", "And what is behind it?"), ("A hill, é and 山.", VQA)]


def case(name, picture, question, entities=None, turns=(), trace=False):
    """entities: positions in the picture's entities file; None asks the baseline."""
    return {"id": name, "picture": picture, "question": question, "entities": entities, "turns": list(turns), "trace": trace}


SCENE_GRAPH = [
    case("wide-baseline", "wide.png", "What is in the picture?"),
    case("wide-two", "wide.png", "What is in the picture?", [0, 1], trace=True),
    case("wide-none", "wide.png", "What is in the picture?", []),
    case("wide-one", "wide.png", "What is in the picture?", [4]),
    case("wide-too-many", "wide.png", "What is in the picture?", list(range(9))),
    case("wide-empty-question-baseline", "wide.png", ""),
    case("wide-empty-question", "wide.png", "", [0, 1]),
    case("wide-blank-question", "wide.png", " \n ", [2]),
    case("tall-five", "tall.png", VQA, [0, 1, 2, 4, 6], trace=True),
    case("tall-another-order", "tall.png", VQA, [6, 4, 0, 2, 1]),
    case("tall-spaces", "tall.png", "  \n How  many   balls are there? \n", [0, 1, 2, 4, 6]),
    case("tall-one-pixel", "tall.png", "Where does the boat lie?", [3]),
    case("tall-typed-specials", "tall.png", "Is <sg> or </s> a token, or <text>, <s>, <unk>?", [8, 0]),
    case("tall-typed-image-baseline", "tall.png", "What is <image> in </s>USER: a text?"),
    case("odd-chinese", "odd.jpg", "图中有几个球？", [0, 7, 6], trace=True),
    case("odd-emoji-baseline", "odd.jpg", "Is 🐕‍🦺 or ⚽ there? 👍🏽"),
    case("odd-lines", "odd.jpg", "Is there a boat?\n\nA. yes\n\tB. no\r\nC. ½", [1, 2]),
    case("odd-empty-mask", "odd.jpg", "Is there a boat?", [5]),
    case("odd-empty-mask-and-one", "odd.jpg", "Is there a boat?", [5, 8]),
    case("turned-long", "turned.jpg", LONG, [0, 1, 2, 4], trace=True),
    case("turned-three-turns", "turned.jpg", "What is in the picture?", [0, 2, 8], THREE_TURNS),
    case("turned-three-turns-baseline", "turned.jpg", "What is in the picture?", None, THREE_TURNS),
]

BASELINE = [
    case("wide", "wide.png", "What is in the picture?"),
    case("tall", "tall.png", VQA),
    case("odd", "odd.jpg", "图中有几个球？ 🐕"),
    case("turned", "turned.jpg", "What is in the picture?", None, THREE_TURNS[:1]),
    case("empty", "wide.png", ""),
]
