"""Captions as people and models write them, with what tokenizers stumble over."""

import random

NOUNS = """man;woman;little girl;boy;dog;black cat;skateboarder;tennis player;giraffe;zebra;bus driver;chef;
couple;baseball player;surfer;motorcyclist;herd of sheep;flock of birds;teddy bear;clock tower;fire hydrant;
double-decker bus;stop sign;t-shirt;umbrella;pizza;laptop computer;fruit stand;park bench""".replace("\n", "").split(";")
VERBS = """is sitting on;stands next to;is riding;holds;looks at;is jumping over;walks with;plays near;eats beside;
is not touching;takes a photo of;rides past""".replace("\n", "").split(";")
PLACES = """in a park;on the beach;at night;in the kitchen;by the lake;on a city street;under a tree;in the snow;
in front of a building;during a game;on top of a hill""".replace("\n", "").split(";")

ODD = """man's;dogs';don't;doesn't;isn't;can't;cannot;won't;they're;it's;he'll;I've;she'd;wouldn't've;y'all;
ma'am;o'clock;5 o'clock;four-o'clock;'til;'em;'cause;'90s;1990's;80's;rock 'n' roll;rock'n'roll;mac 'n cheese;
gonna;wanna;gotta;lemme;gimme;'tis;'twas;d'Artagnan;O'Brien;O’Brien’s;L'Oréal;c'mon;e'er;ol';goin';
U.S.;U.S.A.;U.K.-based;a.m.;5 p.m.;10:30 a.m.;e.g.;i.e.;etc.;St. Louis;Mt. Everest;Mr. Smith;Mrs. Jones;Dr. Who;
Jr.;vs.;Inc.;Ave.;Blvd.;No. 5;no. 10;Fig. 2;J. K. Rowling;J.K. Rowling;Ph.D.;Washington D.C.;Main St.;Sept. 5;
mass.;Mass.;miss.;ill.;Tex.;stop.Then;what?no;Wow!yes;(tall);(a red one);[sic];{blue};<unk>;<b>bold</b>;a<b;a > b;
1/2;1 1/2;2 3/4 cups;3/4-inch;1-1/2;½;1½ cups;¼;50%;50 %;$5;$5.00;$1,000.50;US$5;£5;€5;5¢;¥100;#1;No.1;#dog;@joe;
joe@example.com;www.example.com;http://example.com/a?b=c;example.com;1,000;10,000;1.5;.5;-5;+5;5-6;2010-2012;
555-1234;(555) 555-1234;123 4567;1-800-555-1234;12:30;12:30pm;3:2;24/7;9/11;11/22/2014;12x14;12 x 14;4x4;5'10";5' 10";
6ft;6 ft.;5in.;10km;3D;2nd;21st;1st-place;mid-1990s;10-year-old;10 year old;black-and-white;black and white;
t-shirt;T-SHIRT;x-ray;co-op;jack-o'-lantern;mother-in-law's;U-turn;-word;word-;a - b;a -- b;a--b;a---b;a – b;a—b;
and/or;w/o;with/without;man / woman;man/woman's;AT&T;H&M;R&B;r&b;salt & pepper;salt &amp; pepper;C++;C#;A+;
"quoted";“quoted”;'quoted';‘quoted’;``quoted'';"quoted 'inside' it";"half;half";«red»;it`s;don`t;don’t;man’s;dogs’;
...;…;wait...;wait... what;. . .;..;!!;!!!;?!;???;! !;, ,;;;a;b :c;:;:);;-);:(;=D;:P;<3;*;**;*red*;_;a_b;__;~;^;|;\\;=;
a=b;a+b;2+2;2 + 2;100°;90°F;m²;×;5×5;•;·;→;★;♥;™;©;®;§;☺;🐶;dog🐶;👍🏽;❤️;
café;naïve;Über;straße;jalapeño;ÉCOLE;crème brûlée;Привет;собака сидит;狗在跑;狗，猫;犬です。;개가 달린다;كلب;कुत्ता;ไทย;
ＡＢＣ;１２;Σ;ΟΔΟΣ;İstanbul;Ñandú;œuvre;ﬁne;e\u0301cole;soft\u00adhyphen;no\u00a0break;zero\u200bwidth;thin\u2009space;
colour;grey;theatre;neighbour's;CAPITALS;MixedCase;iPad;iPad's;Wi-Fi;node.js;IMG_1234.JPG;a1b2;B52;7-Eleven;
A.;B.C.;x.;I;I'm;i'm;Im;cant;dont;wont;its;theyre;aint""".replace("\n", "").split(";")


def caption(rng, odd=0.0):
    words = [rng.choice(["A", "The", "Two", "a", "One", "There is a"]), rng.choice(NOUNS), rng.choice(VERBS),
             rng.choice(["a", "the", "another", "his", "some"]), rng.choice(NOUNS), rng.choice(PLACES)]
    while rng.random() < odd:
        words.insert(rng.randint(0, len(words)), rng.choice(ODD))
    return " ".join(words) + rng.choice([".", ".", "", " .", "!", ". "])


def around_each(seed=3):
    """A caption around each odd piece: inside, and where it can, as the first and the last word."""
    rng = random.Random(seed)
    made = []
    for piece in ODD:
        if not piece:
            continue
        made.append(f"A {rng.choice(NOUNS)} with {piece} {rng.choice(VERBS)} a {rng.choice(NOUNS)}.")
        made.append(f"{piece} {rng.choice(NOUNS)} {rng.choice(PLACES)}, {piece}, and {piece}")
    return made
