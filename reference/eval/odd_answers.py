"""Answers as models and people give them, with what evaluators stumble over."""

import random

PLAIN = """yes;no;red;blue and white;2;tennis;on the table;black;skateboarding;pizza;to the left;
frisbee;man;woman;kitchen;surfing;wii;not sure;baseball bat;left;right;wood;grass;sunny;nike""".replace(
    "\n", "").split(";")

ODD = [
    "", " ", "\t", "\n", ".", "...", "?", "!", ",", "-", "'", "\"", "a", "the", "an", "A the an",
    "Yes", "YES.", "yes.", "yes,", "Yes, it is", "yes ", " no", "No!", "no way!", "no-one", "No\n",
    "none", "None", "zero", "one", "Two", "three dogs", "ten", "eleven", "twenty one", "one-two",
    "1", "1.", "1.0", "1.5", ".5", "0.5.", "1,000", "1,,000", "1, 000", "10,000.50", "1,000,000 dogs",
    "$1,000", "3,4-5", "2;3", "12:30", "12:30pm", "12.30 p.m.", "5 o'clock", "oclock", "10 oclock",
    "dont", "don't", "Dont know", "cant", "isnt it", "whats that", "couldntve", "couldnt've",
    "couldn'tve", "somebody'd", "somebodyd", "yall'd've", "'ow's'at", "ow's'at", "'ows'at", "im",
    "Im", "Id've", "ive", "its", "let's", "lets", "he's", "hes", "shes", "she's", "theyre", "twas",
    "maam", "wont", "youve", "who's", "whos", "ain't", "aint",
    "the man's hat", "mans hat", "men's", "the a an", "a man and the dog", "An apple a day",
    "black/white", "black / white", "black /white", "t-shirt", "t - shirt", "t-shirt - red", "[red]",
    "(red)", "{red}", "red=blue", "red + blue", "red+blue", "red_blue", "red\\blue", "<red>",
    "red > blue", "user@example.com", "`red`", "\"red\"", "\"red\" \"blue\"", "red; blue", "red;blue",
    "what?", "what ?", "wow!!!", "wow !", "a.b.c", "U.S.A.", "u.s.", "e.g. dog", "mr. smith", "no.5",
    "no. 5", "v2.0", "v2.0.", "3.14.15", "a..b", "a . b", "stop.go", "#1", "50%", "50 %", "&", "m&m's",
    "$5", "5$", "£5", "5€", "~5", "^5", "5*5", "5x5", "|", "a|b", "100°", "½", "٣", "٣,٤", "٣.٤", "७.५",
    "𝟓.𝟔", "rouge", "café", "Café", "naïve", "ÉCOLE", "straße", "STRASSE", "İstanbul", "ΟΔΟΣ", "Σ",
    "кошка", "Две собаки", "狗", "红色的 狗", "这是一只狗。", "犬です。", "개", "كلب", "कुत्ता", "ไทย",
    "🐶", "dog 🐶", "👍🏽", "red\u00a0car", "\u00a0red", "red\u3000car", "red\u2003car", "red\u200bcar",
    "red\u2028car", "red\u0085car", "red\x1ccar", "\ufeffred", "e\u0301cole", "don’t", "“red”", "red—blue",
    "red–blue", "red…", "¿que?", "¡hola!", "red\r\nblue", "red\n\nblue", "red\tblue", "  red   blue  ",
    "A. red", "A.", "A", "a", "b.", "(A)", "A)", "B. the dog", "the answer is B", "Answer: C",
    "yes yes", "yes and no", "yes/no", "yes or no", "no, yes", "it is a dog", "it's a dog",
    "the quick brown fox", "unanswerable", "i don't know", "I can't tell", "not possible to tell",
    "<unk>", "</s>", "nan", "null", "NaN", "None.", "0", "-1", "- 1", "1-2", "1 - 2", "+1", "1/2", "1 / 2",
    "10am", "10 a.m.", "7,8,9", "7, 8, 9", "7 , 8", "2x4", "a-b c -d", "x- y", "'s", "'", "''", "dogs'",
    "word " * 400, "a. " * 60, "stop. " * 40 + "go.", "." * 40 + "5" + "." * 40, "the " * 300,
    "x" * 5000, "one two three four five six seven eight nine ten " * 30, "1,2 " * 200, "狗" * 1000,
]

FILLERS = ["a", "the", "An", "two", "dont", "isn't", "red", "dog's", "t-shirt", "1,000", "3.5", "yes",
           "no.", "(big)", "and", "black/white", "\"old\"", "café", "狗", "u.s.", "what?", "ten", "-", ";"]


def answers(seed=7, mixed=120):
    """All of the above and random mixtures of words."""
    random_words = random.Random(seed)
    made = [" ".join(random_words.choices(FILLERS, k=random_words.randint(1, 6))) for _ in range(mixed)]
    return PLAIN + ODD + made


def variants(answer, rng):
    """What another annotator may have written for the same."""
    return rng.choice([answer, answer.upper(), answer + ".", "the " + answer, " " + answer, answer + "!",
                       answer.replace(" ", "-"), answer.replace("'", "")])
