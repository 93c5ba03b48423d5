"""The conversations that the training fixtures learn, over the pictures of reference/model. `entities` are positions
in the picture's entities file, None means a prompt without a scene graph, and no picture a text-only sample."""


def sample(name, picture, entities, *turns):
    return {"id": name, "picture": picture, "entities": entities, "turns": list(turns)}


INSTRUCTIONS = [
    sample("two-nodes", "wide.png", [0, 1], "What is in front of the boat?", "A red ball."),
    sample("text-only", None, None, "Say something, please.", "Something is here.", "And more?", "No."),
    sample("five-nodes", "tall.png", [0, 1, 2, 4, 6], "Where is the lamp post?\nAnswer shortly.", "left of the hill"),
    sample("empty-graph", "odd.jpg", [], "Is there a boat?", "yes"),
    sample("no-graph", "wide.png", None, "What is in the picture?", "A hill and a ball; the ball is red."),
    sample("one-node", "odd.jpg", [7], "", "a light", "How many are there?", "one"),
    sample("long", "tall.png", [8, 0], "How is the ball related to the hill?", "in front of it, and it lies on the grass"),
    sample("six-nodes", "wide.png", [0, 1, 2, 3, 4, 7], "What is left of the ball?", "boat"),
]
CAPTIONS = [
    sample("caption-0", "wide.png", None, "Describe it.", "a boat, a ball and a hill"),
    sample("caption-1", "tall.png", None, "What is this?", "the lamp post stands on the left side"),
    sample("caption-2", "odd.jpg", None, "Describe it.", "two lights over the picture"),
    sample("caption-3", "tall.png", None, "", "a child would call it a ball"),
    sample("caption-4", "wide.png", None, "", "how many lights can be seen"),
    sample("caption-5", "odd.jpg", None, "", "the hill lies behind it"),
]
