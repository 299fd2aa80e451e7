#!/usr/bin/env python3
"""Generator of the small stories the demo model is trained on.

A story has a few characters with names, traits, colours and possessions that
are chosen once and referred to again later, so that the context tells the
reader what must come next.  Plots are composed of beats, and beats of
templates with free alternatives, so that there is real choice in between.

Template language, expanded by Story.x():

    {one|two|three}   one of the alternatives (may be nested, may be empty)
    <#fruit>          a random word of the list "fruit"
    <A> <A.he> ...    name and pronouns of a character (he/him/his/He/His/self)
    <A.the>           "the brave fox";  <A.kind>, <A.trait>: the single words
    <key>             a value that the plot has stored under that key

Everything is deterministic for a given seed; only the standard library is used.
"""

import argparse
import json
import random
import re
import sys

END = "<|endoftext|>"

NUMBERS = ("zero one two three four five six seven eight nine ten eleven twelve "
           "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty").split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

GIRLS = ("Mira Lena Tilda Nora Ada Rosa Ivy Juno Wren Elsa Hana Pia Zara Olive Greta Maya "
         "Dora Vera Clara Suki").split()
BOYS = ("Tom Otto Finn Hugo Ben Karl Milo Leo Oskar Pip Sam Nils Bruno Jasper Emil Theo "
        "Rudi Axel Noah Felix").split()
ANIMALS = ("fox bear rabbit mouse owl frog hedgehog squirrel duck badger cat goat mole otter "
           "sheep pony").split()

WORDS = {
    "colour": "red blue green yellow white black brown purple orange pink grey golden silver".split(),
    "toy": "ball kite drum boat doll top whistle puppet train balloon flute hoop".split(),
    "wear": "hat scarf coat cap jacket ribbon shawl belt vest".split(),
    "thing": "lantern basket cup bucket umbrella blanket key book bell box spoon rope brush bag "
             "pillow clock".split(),
    "fruit": "apples pears plums cherries berries figs peaches lemons".split(),
    "small": "nuts shells buttons stones feathers coins cakes acorns eggs marbles candles beads".split(),
    "veg": "carrots onions potatoes beans peas leeks mushrooms turnips".split(),
    "place": ["forest", "garden", "market", "village", "meadow", "harbour", "mill", "farm", "orchard",
              "school", "lake", "castle", "bridge", "field", "hill", "beach"],
    "hide": ["under the bed", "behind the door", "in the barn", "under the table", "in the cupboard",
             "behind the oak tree", "near the well", "in the tall grass", "under the stairs",
             "beside the stove", "behind the curtain", "in the cellar", "between two rocks",
             "by the fence"],
    "container": "box basket drawer chest bag jar cupboard bucket pot trunk".split(),
    "adv": "slowly quickly quietly gently carefully happily proudly bravely politely softly".split(),
    "feel": "happy sad tired hungry worried excited calm lonely cross glad".split(),
    "tree": "oak pine birch willow apple chestnut maple".split(),
    "sky": ["The sun was shining", "A soft wind was blowing", "Clouds were drifting over the hills",
            "The air smelled of grass", "Birds were singing", "It was a quiet day", "The sky was clear",
            "Mist lay on the fields", "Leaves were falling", "Bees were humming in the flowers"],
    "meal": "soup bread cheese porridge pie stew toast honey pancakes salad noodles rice".split(),
    "drink": "milk water tea juice cocoa".split(),
    "elder": ["the old miller", "the baker", "the fisherman", "the shepherd", "the gardener",
              "the blacksmith", "the tailor", "the ferryman", "the farmer", "the clockmaker"],
    "flower": "roses tulips daisies poppies violets lilies".split(),
    "bug": "beetle snail spider butterfly moth ladybird cricket worm".split(),
    "size": "little big old new tiny round heavy pretty plain shiny soft".split(),
    "game": ["hide and seek", "catch", "chess", "cards", "marbles", "tag", "pirates"],
    "season": "spring summer autumn winter".split(),
    "time": ["One morning", "One day", "One evening", "One afternoon", "Early one day", "Last week",
             "After breakfast", "Before lunch", "On a quiet Sunday", "In the first days of spring",
             "Late in summer", "One cold day", "One warm day", "On market day"],
}

# trait: (what somebody like that always does, what others say of it)
TRAITS = {
    "brave": (["was never afraid of the dark", "climbed the highest trees", "always went first",
               "crossed the old bridge alone"], "courage"),
    "shy": (["hid behind the others", "spoke in a very soft voice", "did not like crowds",
             "blushed when strangers came"], "quiet voice"),
    "clever": (["knew the answer to every riddle", "could read the biggest books", "thought before speaking",
                "always had a good idea"], "good ideas"),
    "kind": (["shared every meal", "helped anybody who asked", "fed the birds in winter",
              "never said a mean word"], "good heart"),
    "lazy": (["slept until noon", "left the dishes in the sink", "never swept the floor",
              "put off every task"], "long naps"),
    "greedy": (["always took the biggest piece", "wanted more and more", "ate between meals",
                "never left a crumb"], "big appetite"),
    "curious": (["opened every door", "asked a hundred questions", "looked under every stone",
                 "wanted to know how things worked"], "many questions"),
    "careful": (["looked twice before crossing the road", "folded every shirt", "never broke a plate",
                 "checked each knot"], "steady hands"),
    "careless": (["forgot to close the gate", "spilled the milk", "lost one glove every week",
                  "dropped things all the time"], "broken cups"),
    "proud": (["walked with a lifted chin", "talked about prizes all day", "never asked for help",
               "looked in every mirror"], "loud boasting"),
    "patient": (["could wait for hours", "never hurried", "watched the seeds grow",
                 "listened to the end"], "calm ways"),
    "cheerful": (["sang from morning to night", "laughed at every joke", "danced in the kitchen",
                  "smiled at everybody"], "bright laugh"),
    "strong": (["carried logs from the forest", "could lift a full barrel", "pulled the cart up the hill",
                "moved the heaviest stones"], "strong arms"),
    "quick": (["ran faster than the wind", "was always first at the table", "finished before the others",
               "jumped over every puddle"], "fast feet"),
    "sleepy": (["yawned all the time", "fell asleep in odd places", "dreamed in the middle of lunch",
                "liked pillows best of all"], "big yawns"),
    "honest": (["always told the truth", "gave back what others lost", "never cheated at cards",
                "kept every promise"], "honest words"),
}

# what is broken -> (tool, what is done with it, what can be done afterwards)
REPAIRS = {
    "chair": ("hammer", "drove in a new nail", "sat down on it"),
    "coat": ("needle", "sewed up the hole", "put it on"),
    "cup": ("glue", "stuck the handle back on", "filled it with tea"),
    "fence": ("saw", "cut a new board", "let the sheep out to graze"),
    "boat": ("tar", "closed the leak", "rowed across the lake"),
    "clock": ("screwdriver", "tightened the small wheel", "listened to it tick"),
    "door": ("oil", "greased the hinge", "opened it without a sound"),
    "kite": ("string", "tied the sticks together", "let it fly over the field"),
    "roof": ("ladder", "climbed up and laid new tiles", "stayed dry in the rain"),
    "wheel": ("rope", "bound the spokes together", "rolled the cart home"),
}

# food -> (things to buy, last step)
RECIPES = {
    "apple pie": (["apples", "flour", "butter", "sugar"], "baked it in the oven"),
    "carrot soup": (["carrots", "onions", "salt", "cream"], "boiled it in the big pot"),
    "pancakes": (["eggs", "milk", "flour", "sugar"], "fried them in the pan"),
    "bread": (["flour", "salt", "yeast", "water"], "baked it in the oven"),
    "mushroom stew": (["mushrooms", "potatoes", "onions", "pepper"], "boiled it in the big pot"),
    "fruit salad": (["pears", "plums", "cherries", "honey"], "mixed it in a bowl"),
    "lemon cake": (["lemons", "eggs", "sugar", "butter"], "baked it in the oven"),
    "bean soup": (["beans", "leeks", "garlic", "salt"], "boiled it in the big pot"),
}

RIDDLES = {
    "lemon": "It is yellow and sour", "snow": "It is white and cold and falls from the sky",
    "candle": "It gives light and grows shorter every hour", "river": "It runs all day and has no legs",
    "egg": "It is white outside and yellow inside", "clock": "It has two hands and no fingers",
    "shadow": "It follows you in the sun and leaves you in the dark", "bell": "It has a tongue and cannot speak",
    "carrot": "It is orange and grows under the ground", "bee": "It makes honey and carries a sting",
    "moon": "It is round and shines at night", "book": "It has many leaves and is not a tree",
    "frog": "It is green and jumps into the pond", "key": "It is small and opens the biggest door",
    "needle": "It has one eye and cannot see", "umbrella": "It goes up when the rain comes down",
    "broom": "It sweeps the floor and sleeps in the corner", "mirror": "It shows your face and says nothing",
}

# cause -> (what happened, how it felt, the remedy, the end)
CAUSES = [
    ("it began to rain", ["wet", "soaked"], "dried {by the fire|near the stove}", "warm and dry"),
    ("it began to snow", ["cold", "frozen"], "warmed up {by the fire|with hot cocoa|under a blanket}",
     "warm again"),
    ("the sun burned down from the sky", ["thirsty", "hot"],
     "drank {cool water from the well|a glass of cold juice|from the stream}", "fresh again"),
    ("night fell and it grew dark", ["afraid", "lost"], "lit {a lantern|a candle|a small lamp}",
     "safe in the light"),
    ("the way grew longer and longer", ["tired", "weary"],
     "slept {under a tree|on soft hay|in the grass} for an hour", "rested"),
    ("lunch was already forgotten", ["hungry"], "ate {a big bowl of soup|bread and cheese|three pancakes}",
     "full and happy"),
    ("the path was full of mud", ["dirty", "muddy"], "washed {in the stream|at the well|in a big tub}",
     "clean again"),
    ("there was a thorn in the grass", ["hurt"], "put a {clean|white|long} bandage on the foot", "able to walk again"),
]

SOUNDS = {"cow": "moo", "duck": "quack", "dog": "woof", "cat": "meow", "owl": "hoot", "sheep": "baa",
          "hen": "cluck", "pig": "oink", "bee": "buzz", "frog": "croak"}


def with_article(words):
    """The words with "a" or "an" in front."""
    return ("an " if words[0] in "aeiou" else "a ") + words


def plural(count, noun):
    """A counted noun: "one apple", "two apples"."""
    if count == 1:
        noun = {"cherries": "cherry", "berries": "berry", "peaches": "peach",
                "potatoes": "potato"}.get(noun, noun[:-1])
    return NUMBERS[count] + " " + noun


class Character:
    """Somebody with a name, a sex, a kind and a trait, all fixed for the story."""

    def __init__(self, rng, taken, trait=None):
        self.female = rng.random() < 0.5
        self.name = rng.choice([n for n in (GIRLS if self.female else BOYS) if n not in taken])
        taken.add(self.name)
        self.kind = rng.choice(ANIMALS) if rng.random() < 0.55 else ("girl" if self.female else "boy")
        self.trait = trait or rng.choice(list(TRAITS))
        while self.trait in taken and trait is None:
            self.trait = rng.choice(list(TRAITS))
        taken.add(self.trait)
        self.habits = list(TRAITS[self.trait][0])
        rng.shuffle(self.habits)

    def get(self, key):
        """The word that a template asks for."""
        if key == "the":
            return "the %s %s" % (self.trait, self.kind)
        if key == "a":
            return with_article("%s %s" % (self.trait, self.kind))
        if key == "habit":
            self.habits.append(self.habits.pop(0))
            return self.habits[-1]
        if key == "known":
            return TRAITS[self.trait][1]
        if key in ("kind", "trait", "name"):
            return getattr(self, key)
        word = dict(zip(["he", "him", "his", "self", "hers"],
                        ["she", "her", "her", "herself", "hers"] if self.female
                        else ["he", "him", "his", "himself", "his"]))[key.lower()]
        return word.capitalize() if key[0].isupper() else word


class Story:
    """One story while it is being written."""

    def __init__(self, rng):
        self.rng = rng
        self.taken = set()
        self.parts = []
        self.values = {}
        self.probes = []
        self.values["A"] = Character(rng, self.taken)
        self.values["B"] = Character(rng, self.taken)

    # --- words ---------------------------------------------------------------------------

    def pick(self, name, *but):
        """A random word of a list, not one of those named."""
        return self.rng.choice([w for w in WORDS[name] if w not in but])

    def some(self, name, count):
        """Several different words of a list."""
        return self.rng.sample(WORDS[name], count)

    def chance(self, p):
        return self.rng.random() < p

    def set(self, **values):
        self.values.update(values)

    def probe(self, answer, wrong):
        """The answer, marked as a place where the context decides what comes next."""
        wrong = [w for w in dict.fromkeys(wrong) if w != answer]
        self.probes.append((answer, wrong))
        return "\x01%d\x02%s" % (len(self.probes) - 1, answer)

    def lookup(self, key):
        if key[0] == "#":
            return self.pick(key[1:])
        if "." in key:
            who, what = key.split(".")
            return self.values[who].get(what)
        value = self.values[key]
        return value.name if isinstance(value, Character) else value

    def x(self, text):
        """Expands a template."""
        inner = re.compile(r"\{([^{}]*)\}")
        while True:
            found = inner.search(text)
            if not found:
                break
            text = text[:found.start()] + self.rng.choice(found.group(1).split("|")) + text[found.end():]
        return re.sub(r"<([^<>|]+)>", lambda m: self.lookup(m.group(1)), text)

    def say(self, *templates):
        """Adds one of the templates as the next sentence or sentences."""
        text = re.sub(r"\s+", " ", self.x(self.rng.choice(templates))).strip()
        text = text.replace(" ,", ",").replace(" .", ".")
        text = re.sub(r"\b([Aa]) ((?:\x01\d+\x02)?)(?=[aeiou]|honest|hour)", r"\1n \2", text)
        text = re.sub(r"^((?:\x01\d+\x02)?)([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)
        text = re.sub(r"([.!?]\"? )([a-z])", lambda m: m.group(1) + m.group(2).upper()
                      if not m.group(1).rstrip().endswith('"') else m.group(0), text)
        self.parts.append(text)

    def finish(self):
        """The plain text, and the probes as (context, answer, wrong answers)."""
        marked = " ".join(self.parts)
        text, probes = "", []
        for piece in re.split(r"(\x01\d+\x02)", marked):
            if piece.startswith("\x01"):
                answer, wrong = self.probes[int(piece[1:-1])]
                probes.append((text, answer, wrong))
            else:
                text += piece
        return text, probes

    # --- beats that every plot may use ---------------------------------------------------

    def intro(self, own=None):
        """Who is in the story."""
        self.set(home=self.pick("place"))
        self.say("{There was once|Once there was|Once upon a time there was|Near the <home> lived|"
                 "By the <home> there lived|In a house near the <home> lived} <A.a> {named|called} <A>.",
                 "<A> was <A.a>. {<A.He> lived near the <home>.|<A.He> came from the <home>.|}",
                 "<A> the <A.kind> was {very|rather|always|known to be} <A.trait>. "
                 "{<A.He> lived near the <home>.|}")
        if self.chance(0.6):
            self.say("<A.He> <A.habit>{| and <A.habit>}.",
                     "{Everybody|Every neighbour|The whole village} knew <A.his> <A.known>.",
                     "<A.He> <A.habit>, and {at night|on Sundays|in <#season>|sometimes} <A.he> "
                     "{read a book|played the flute|cooked <#meal>|ate <#meal>|drank <#drink>|played <#game>}.")
        if own:
            self.say("<A.He> {had|owned} <own>{| that <A.he> loved very much| from <A.his> grandmother|"
                     " and took it everywhere}.",
                     "{<A.His> best thing was|Most of all <A.he> loved|<A.He> was proud of} <own>.")
        self.say("<A.His> {best friend|friend|neighbour|cousin} <B> was <B.a>.",
                 "{Next door|In the next house|Across the road} lived <B>, <B.a>.",
                 "<A.He> {often played|liked to play} {<#game> |}with <B>, <B.a>.",
                 "<A.He> had a friend{| at the <#place>}, <B> the <B.kind>, who was {very |so |}<B.trait>.")
        if self.chance(0.35):
            self.say("<B> <B.habit>.", "This <B.kind> <B.habit>.", "<B> <B.habit> and <B.habit>.")
        if self.chance(0.5):
            self.detail()

    def scene(self):
        """Weather and surroundings, often with something small that somebody does."""
        if self.chance(0.45):
            self.say("<#sky>.", "<#sky> and <#flower> {stood|grew} {along the path|by the wall|everywhere}.",
                     "A <#colour> <#bug> sat on {the fence|a leaf|a stone|the window}.",
                     "There was a smell of {<#meal>|<#flower>|<#fruit>} in the air.",
                     "{Far away|Somewhere|On the hill} a bell rang {once|twice|three times}.")
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            self.detail()

    def detail(self):
        """Something small that has no consequence."""
        self.say("<A> {wore|carried|mended|painted|folded} a <#size> <#colour> <#wear>{| that day| from <#elder>}.",
                 "<B> {bought|sold|found|cleaned|lent <A.him>|borrowed} a <#size> <#thing>{| at the <#place>| for <#fruit>}.",
                 "<A> {ate|cooked|tasted|smelled} <#meal> {and|with|before} <#meal>{| in the kitchen| for breakfast}.",
                 "<B> {drank|spilled|warmed|asked for} some <#drink>{| and ate <#fruit>}.",
                 "{Near the <#place>|By the road|On the table} lay a <#size> <#colour> <#thing> {and|next to} some <#small>.",
                 "A <#colour> <#bug> {crept|flew|sat} {over|near|behind} the <#size> <#tree> tree.",
                 "<#elder> {came by|waved|passed} with {a cart of <#veg>|a bag of <#fruit>|two <#colour> hens|a dog}.",
                 "<A> {counted|collected|painted|hid} {two|three|four|five|six} <#size> <#small> {<#hide>|in a <#container>}.",
                 "<B> {gathered|brought|smelled|watered|planted} {<#colour> |}<#flower> and <#veg>.",
                 '"{I like|We need|I dream of|There is} <#meal>{ and <#drink>|}{, <B>|}," said <A>.',
                 '"{What a <#size> <#thing>|Look, a <#colour> <#bug>|How <#feel> you look|There goes <#elder>}," said <B>.',
                 "<A> {sat|stood|danced|waited|whistled|read|slept} {<#adv> |}<#hide>{| for an hour| for a while}.",
                 "<A> and <B> {sang|laughed|talked} about {<#fruit>|<#flower>|<#elder>|<#game>|the <#place>|a <#colour> <#toy>}.",
                 "{That day|That week|As always} <A> was {a little |very |}<#feel>{|, but <B> was <#feel>}.",
                 "{At noon|Later|Once} {they|the two} {saw|met|passed|heard} {a <#size> <#bug>|<#elder>|a <#colour> hen|some sheep}.")

    def close(self):
        """An ending that looks back at the trait of one of the two."""
        if self.chance(0.75):
            who = self.rng.choice("AB")
            other = "B" if who == "A" else "A"
            self.set(X=self.values[who], Y=self.values[other])
            trait = self.probe(self.values[who].trait, [self.values[other].trait, *self.rng.sample(list(TRAITS), 2)])
            self.set(tr=trait)
            self.say('"{You are so <X.trait>|How <X.trait> you are}{|, <X>}," said <Y>.' if self.chance(0.3) else
                     "{That is why|So|And so|Since then} everybody {calls|called} <X> the <tr> <X.kind>.",
                     "{It is good|How good it is} to have a friend who is <X.trait>, thought <Y>.",
                     "And <X> was {still as|just as} <tr> as {ever|before}.",
                     "<X> {stayed|remained} <tr> {all <X.his> life|for ever|to the end}.",
                     "{Then|At night|In the evening} <X>, always <tr>, {sat by the fire|went to bed|"
                     "ate some <#meal>|drank a cup of <#drink>|told the story to <Y>}.")
        else:
            self.say("{In the evening|Then|At last} {they|both of them} {went home|had supper|ate <#meal>|"
                     "sat under the <#tree> tree|sang a song|watched the stars|played <#game>} "
                     "{together|side by side|until late}.",
                     "{They were|Both were} {happy|tired|glad|calm|content|merry} {that night|for a long time|and went to bed}.",
                     "It {was|had been} a {good|long|fine|strange|lovely} day.",
                     "And that is {the end|how it ended|all}.")


# --- plots -----------------------------------------------------------------------------------

def plot_lost(s):
    """Something is lost, looked for and found."""
    colour, thing = s.pick("colour"), s.rng.choice(WORDS["toy"] + WORDS["wear"] + WORDS["thing"])
    s.set(c=colour, t=thing, ct="%s %s" % (colour, thing), own=with_article("%s %s" % (colour, thing)))
    s.intro(own="own")
    places = s.rng.sample(WORDS["hide"], 4)
    s.set(p0=places[0], p1=places[1], p2=places[2])
    s.say("<#time> {it|the <t>|the <ct>} was {gone|lost|not there}.",
          "<#time> <A> could not find {it|the <ct>}.",
          "But then <A> lost it{| on the way home| at the <#place>}.")
    s.scene()
    s.say("<A> was {very |so |}{sad|worried|cross} and {began to cry|looked everywhere|sat down|called for <B>}.",
          '"{Where is|Who has taken|Have you seen} my <t>?" {asked|said} <A>{| <#adv>}.')
    s.say("<A.He> looked <p0>{, but it was not there| and found only {dust|a <#bug>|an old shoe|some <#small>}}.",
          "First <A.he> looked <p0>. {Nothing.|It was not there.|There was only a <#bug>.}")
    if s.chance(0.6):
        s.say("Then <A.he> looked <p1>{, but it was not there either| and found nothing|, also in vain}.")
    s.say('{<B> came to help.|<B> wanted to help.|Then <B> came.} "{What is it like|What does it look like}?" '
          'asked <B>. "It is %s," said <A>.' % s.probe(colour, s.some("colour", 3)),
          '"I will help you {look for|find} the %s," said <B>{| <#adv>}.' % s.probe(thing, s.some("toy", 3)),
          "<B> {came and helped|said that <B.he> would help}, {for|because} <B.he> was %s."
          % s.probe(s.values["B"].trait, [s.values["A"].trait, *s.rng.sample(list(TRAITS), 2)]))
    s.say("{At last|Soon|After an hour|In the end} <B> looked <p2>, and there was the %s %s."
          % (s.probe(colour, s.some("colour", 3)), thing),
          "{At last|Soon|After an hour|In the end} {they|the two} found the %s <p2>."
          % s.probe(thing, s.rng.sample(WORDS["thing"], 3)))
    s.say('"Thank you, %s!" {said|cried|called} <A>.' % s.probe(s.values["B"].name, s.rng.sample(GIRLS + BOYS, 2)),
          "<A> was so {happy|glad} that <A.he> {danced|laughed|sang|hugged <B>}.",
          "<A> put the <t> {back in its place|into <A.his> pocket|on the shelf} and gave <B> "
          "{a plum|a kiss|some <#meal>|two <#small>}.")
    s.close()


def plot_sum(s):
    """Counting: something is gained and something is lost."""
    s.intro()
    noun = s.rng.choice(WORDS["fruit"] + WORDS["small"])
    n = s.rng.randint(2, 10)
    s.set(n=plural(n, noun), noun=noun)
    s.say("<#time> <A> {found|had|picked|bought|collected} <n>{| at the <#place>| near the <#place>}.",
          "<#time> <A> went to the <#place> and {came back with|found|got} <n>.")
    s.scene()
    for step in range(s.rng.choice([1, 1, 2])):
        if n <= 2 or (s.chance(0.5) and n < 14):
            m = s.rng.randint(1, min(6, 20 - n))
            s.set(m=NUMBERS[m])
            s.say("<B> gave <A> <m> more.", "{Then|Later} <A> found <m> more{| under the <#tree> tree| by the road}.",
                  "{On the way home|After that} <A> got <m> more{| from <#elder>}.")
            n2 = n + m
            s.say("{Now|So now|Then} <A.he> had %s <noun>." % _count_probe(s, n2, n, m),
                  "<N> and <m> make %s{, so <A.he> was {happy|glad|rich}|}.".replace("<N>", NUMBERS[n].capitalize())
                  % _count_probe(s, n2, n, m))
        else:
            m = s.rng.randint(1, min(n - 1, 7))
            s.set(m=NUMBERS[m])
            lost = plural(m, noun)
            s.set(l=lost)
            s.say("<A> gave <l> to <B>{|, who was {hungry|sad|happy|glad}}.", "{Then|On the way} <A> lost <m> of them{| in the mud| in the stream}.",
                  "{A bird|A goat|A crow|A thief|The wind} took <l> away." if m > 1 else "A bird took one away.")
            n2 = n - m
            s.say("{Now|So now|Then} <A.he> had {only |}%s left." % _count_probe(s, n2, n, m),
                  "<N> take away <m> is %s.".replace("<N>", NUMBERS[n].capitalize()) % _count_probe(s, n2, n, m))
        n = n2
    s.say('"How many <noun> do you have?" asked <B>. "I have %s," said <A>.' % _count_probe(s, n, n + 1, 1),
          "<A.He> counted {again|them once more|them <#adv>}: there were %s." % _count_probe(s, n, n + 1, 1)
          if n > 1 else "<A.He> {kept|ate} the last one.",
          "<A.He> put the %s into a <#colour> <#container>." % s.probe(noun, s.rng.sample(WORDS["fruit"] + WORDS["small"], 3)))
    s.close()


def _count_probe(s, right, first, second):
    """A number word, with numbers nearby as wrong answers."""
    near = [right + 1, right - 1, right + 2, abs(first - second), first, first + second]
    s.rng.shuffle(near)
    near = [NUMBERS[k] for k in near if 0 < k <= 20 and k != right]
    return s.probe(NUMBERS[right], list(dict.fromkeys(near))[:3])


def plot_swap(s):
    """Two friends swap what they own."""
    t1, t2 = s.rng.sample(WORDS["toy"] + WORDS["wear"] + WORDS["thing"], 2)
    c1, c2 = s.some("colour", 2)
    s.set(o1="%s %s" % (c1, t1), o2="%s %s" % (c2, t2), t1=t1, t2=t2,
          a1=with_article("%s %s" % (c1, t1)), a2=with_article("%s %s" % (c2, t2)))
    s.intro()
    s.say("<A> had <a1>{,| and} <B> had <a2>.", "<A> {owned|carried} <a1>. <B>, however, had <a2>.",
          "In <A.his> bag <A> had <a1>, and <B> kept <a2>{| in a <#container>}.")
    s.scene()
    s.say('<#time> <A> said{| <#adv>}: "I {like|would like} your <t2>{| very much| better than my own}."',
          "<#time> they met {at|near} the <#place>{| and talked about <#game>}. <A> {looked at|wanted} the <t2>.")
    s.say('"{Let us|We could|Shall we} swap{|," said <B>, "it is fair}."', "So they {decided to swap|swapped|made a swap}.",
          '"If you give me your %s, you {may|can} have my %s," said <B>.'
          % (s.probe(t1, [t2, *s.some("toy", 2)]), t2))
    got_a = s.probe(c2, [c1, *s.some("colour", 2)])
    got_b = s.probe(t1, [t2, *s.some("thing", 2)])
    s.say("Now <A> had the %s <t2>, and <B> had the %s %s." % (got_a, c1, got_b),
          "{So|Then} <B> took the %s %s, and <A> went {home|away} with the %s <t2>." % (c1, got_b, got_a))
    if s.chance(0.6):
        s.say("{Both|The two} were {happy|glad|content}.", "<B> {at once|soon} {showed|lent} the %s to {a cousin|<#elder>}."
              % s.probe(t1, [t2, *s.some("wear", 2)]),
              "<A> {hung|laid|put} the %s {over the bed|by the window|on the table}." % s.probe(t2, [t1, *s.some("wear", 2)]))
    if s.chance(0.35):
        s.say("But {the next day|a week later|on <#season> holidays} <A> wanted the %s back." % s.probe(t1, [t2, *s.some("toy", 2)]))
        s.say("<B> {nodded|smiled} and gave it {back|to <A.him>}. So <B> had the %s again." % s.probe(t2, [t1, *s.some("toy", 2)]))
    s.close()


def plot_moved(s):
    """One puts something away, the other moves it."""
    thing = s.rng.choice(WORDS["toy"] + WORDS["wear"] + WORDS["thing"])
    c1, c2, c3 = s.some("container", 3)
    k1, k2 = s.some("colour", 2)
    s.set(t=thing, c1=c1, c2=c2, k1=k1, k2=k2, col=s.pick("colour"))
    s.intro()
    s.say("<#time> <A> put {<A.his> <t>|a <col> <t>} into the <k1> <c1> and {went out|left|went to the <#place>|fell asleep}.",
          "<#time> <A> hid {<A.his> <t>|a <col> <t>} in the <k1> <c1>. Then <A.he> {went out|left|went to the <#place>}.")
    s.scene()
    s.say("{While <A.he> was away|Meanwhile|Then}, <B> {came in|came} and moved it {to|into} the <k2> <c2>{| for fun| to clean the room}.",
          "<B> took it {out|away} {while <A.he> was gone |}and {put|laid} it into the <k2> <c2>.")
    s.say("{When|As soon as} <A> {came back|returned}, <A.he> looked in the %s <c1> first, {but|and} it was {empty|not there}."
          % s.probe(k1, [k2, *s.some("colour", 2)]),
          "{Later|In the evening} <A> opened the %s. It was empty!" % s.probe(c1, [c2, c3]))
    s.say('"{Where is|What have you done with} my <t>?" asked <A>{| <#adv>}.',
          "<A.He> {asked|called} <B> {about it|at once}.")
    s.say('"It is in the %s %s," {said|answered|laughed} <B>.' % (k2, s.probe(c2, [c1, c3])),
          "<B> {pointed at|went to|smiled and opened} the %s <c2>." % s.probe(k2, [k1, *s.some("colour", 2)]))
    s.say("And there {it was|was the %s}{|, safe and sound}." % s.probe(thing, s.some("toy", 3)),
          "<A> {laughed|was glad|shook <A.his> head} and took the %s {home|out|back}." % s.probe(thing, s.some("toy", 3)))
    s.close()


def plot_cause(s):
    """Something happens on the way, with its consequence and its remedy."""
    cause, feel, remedy, end = s.rng.choice(CAUSES)
    s.set(cause=cause, end=end)
    s.intro()
    s.set(place=s.pick("place"), goal=s.rng.choice(
        ["buy <#meal>", "pick <#flower>", "visit <#elder>", "sell <#veg>", "look for <#small>", "catch fish",
         "mend a <#thing>", "gather wood"]))
    s.set(goal=s.x(s.values["goal"]))
    s.say("<#time> <A> {walked|went|set out} to the <place> to <goal>.",
          "<#time> <A> wanted to <goal>. So <A.he> {walked|went|ran} to the <place>.")
    s.scene()
    state, remedy = s.rng.choice(feel), s.x(remedy)
    others = [f for c in CAUSES for f in c[1] if c[0] != cause]
    s.set(st=s.probe(state, s.rng.sample(others, 3)))
    s.say("{On the way|Halfway there|After a mile|Near the <#tree> tree} <cause>, and {soon <A>|<A>|<A.he>} was {very |quite |}<st>.",
          "But {on the way|after an hour} <cause>. {Soon|Before long} <A.he> was {very |quite |}<st>.")
    s.say('"{Oh dear|Oh no|Well, well}," {said|thought|sighed} <A>, "I am {so |really |}<st2>."'.replace("<st2>", state),
          "<A.He> {sat down on a stone|stopped|looked around|thought of home} {and sighed|for a while}.",
          "<B> {came along the road|met <A.him> there} and said: \"You look %s. {Come with me|Come in|I will help you}!\"" % state)
    wrong = [s.x(c[2]).split()[0] for c in CAUSES if c[0] != cause]
    first, rest = remedy.split(" ", 1)
    s.set(rem=s.probe(first, s.rng.sample(wrong, 3)) + " " + rest)
    s.say("{So|Then|At the mill|At home|In a small hut} <A.he> <rem>.",
          "{Because|Since} <A.he> was <st3>, <A.he> <rem>.".replace("<st3>", state))
    s.say("{Soon|After that|A little later} <A.he> was <end>.", "{Then|Now} <A> was <end> and could <goal>.",
          "When <A.he> was <end>, <A.he> {went on|continued} to the %s." % s.probe(s.values["place"], s.some("place", 3)))
    s.close()


def plot_repair(s):
    """Something is broken and needs the right tool."""
    what = s.rng.choice(list(REPAIRS))
    tool, done, after = REPAIRS[what]
    tools = [r[0] for k, r in REPAIRS.items() if k != what]
    s.set(w=what, tool=tool, done=done, after=after, c=s.pick("colour"))
    s.intro()
    s.say("<#time> <A.his> <c> <w> {broke|was broken|fell apart}.", "<#time> <A> saw that the {old |}<c> <w> was broken.",
          "<#time> a {storm|goat|big dog|strong wind} broke <A.his> <c> <w>.")
    s.scene()
    s.say('"{Who can|How can I|Could you} {mend|repair} {it|the <w>|my <w>}?" {asked|said} <A>.',
          "<A> {did not know what to do|was sad about it|scratched <A.his> head}.")
    s.set(pt=s.probe(tool, s.rng.sample(tools, 3)))
    s.say('"{You need|We need|For that one needs} {some|the right} tool: the <pt>," said <B>.' if tool not in ("glue", "tar", "oil", "string", "rope")
          else '"{You need|We need|For that one needs} {some|good|a lot of} <pt>," said <B>.',
          "<B> {went to fetch|brought|came with} {the|<B.his>} <pt>{| from <#elder>| from the <#place>}.")
    s.say("With the <tool> {<A>|<B>|they} <done>.", "{Together|Then} they took the <tool> and <done>.")
    s.say("{Now|Soon|In the evening} the %s was {as good as new|whole again|like new}, and <A> <after>."
          % s.probe(what, s.rng.sample([r for r in REPAIRS if r != what], 3)),
          "{Now|Then} the %s <w> was {as good as new|whole again}. <A> <after>." % s.probe(s.values["c"], s.some("colour", 3)))
    s.say('"{What do I owe you|How can I thank you}?" asked <A>. "{Nothing|A cup of <#drink>|Some <#meal>}," said <B>.',
          "<A> thanked <B> with {<#meal>|a <#colour> <#wear>|two <#fruit>|a song}.")
    s.close()


def plot_cook(s):
    """Cooking: one thing is missing and must be fetched."""
    dish = s.rng.choice(list(RECIPES))
    needed, step = RECIPES[dish]
    items = s.rng.sample(needed, 3)
    missing = s.rng.choice(items)
    have = [i for i in items if i != missing]
    s.set(d=dish, m=missing, step=step, i0=items[0], i1=items[1], i2=items[2], h0=have[0], h1=have[1], e=s.pick("elder"))
    s.intro()
    s.say("<#time> <A> wanted to make <d>{| for <B>| for supper| for the feast}.",
          '<#time> <A> {said|thought}: "{Today|Now} I will make <d>{| for <B>}."')
    s.say("<A.He> needed <i0>, <i1> and <i2>.", "For that one needs <i0>, <i1> and <i2>.")
    s.scene()
    s.set(miss=s.probe(missing, [have[0], have[1]]))
    s.say("<A> had <h0> and <h1>, but <A.he> had no <miss>.",
          "In the {kitchen|cupboard|cellar} <A> found <h0> and <h1>. Only the <miss> %s missing."
          % ("were" if missing.endswith("s") else "was"))
    s.say("So <A.he> went to {<e>|the market|<B>} and {asked for|got|bought} {some |}<m>.",
          "<B> {ran|went|hurried} to <e> and {brought|came back with} {some |}<m>.")
    first = s.probe(step.split()[0], [w for w in ("baked", "boiled", "fried", "mixed") if w != step.split()[0]])
    s.set(step=first + " " + step.split(" ", 1)[1])
    s.say("Then <A.he> stirred everything {<#adv>|well} and <step>.",
          "{Now|Then} <A.he> had everything and <step>.")
    s.say("{Soon|An hour later|In the evening} the %s was ready{|, and the whole house smelled of it}."
          % s.probe(dish, s.rng.sample([r for r in RECIPES if r != dish], 3)),
          '"{This is|What} {good|fine|wonderful} %s," said <B>{| with a full mouth| and took more}.'
          % s.probe(dish, s.rng.sample([r for r in RECIPES if r != dish], 3)))
    s.close()


LESSONS = {
    "greedy": ("ate {seven pies|all the <#fruit>|the whole cake}", "had a {terrible|bad} stomach ache", "share the food", "ate too much"),
    "lazy": ("did not {mend the roof|patch the roof|close the hole in the roof}", "had rain in the bed", "work first and rest later", "did not work"),
    "careless": ("left the {gate|stable door} open", "lost {three|four|five|six} {sheep|goats|hens}", "close the gate", "was not careful"),
    "proud": ("wanted to carry the {barrel|log|cart} alone", "fell into the {mud|stream|pond}", "ask for help", "was too proud"),
    "quick": ("ran {down the stairs|over the ice|around the corner}", "broke the {big jar|<#colour> vase|window}", "walk more slowly", "ran too fast"),
    "sleepy": ("fell asleep {on the cart|in the boat|under the bridge}", "missed the {feast|market|dance}", "go to bed early", "slept too long"),
    "curious": ("put a hand into the {beehive|trap|hot pot}", "got a {red|sore|swollen} finger", "look before touching", "touched everything"),
    "shy": ("did not ask {for the way|anybody for help}", "got lost in the {forest|town|mist}", "speak up", "said nothing"),
}


def plot_lesson(s):
    """A fault has its consequence, and a lesson is learned."""
    trait = s.rng.choice(list(LESSONS))
    s.values["A"] = Character(s.rng, s.taken, trait)
    did, result, better, why = LESSONS[trait]
    s.set(did=s.x(did), result=s.x(result), better=better, why=why)
    s.intro()
    s.scene()
    s.say("<#time> <A> <did>.", "<#time> <A>, {being|always} <tr>, <did>.".replace("<tr>", trait))
    if s.chance(0.6):
        s.say('"{Be careful|Do not do that|That will end badly}{|, <A>}," said <B>{| <#adv>}. But <A> {did not listen|only laughed|paid no heed}.')
    wrong = [s.x(r[1]) for k, r in LESSONS.items() if k != trait]
    s.set(presult=s.probe(s.values["result"], s.rng.sample(wrong, 3)))
    s.say("{The next day|Soon|That night|Before long} <A.he> <presult>.", "{So|And so|Of course} it happened that <A.he> <presult>.")
    s.say('"{It is my own fault|I am sorry}," said <A>, "I <why>."', '"Why did that happen?" asked <B>. "Because I <why>," said <A>.',
          "<B> did not {laugh|scold}. <B.He> {helped|comforted} <A.him> and {made|brought} {some tea|<#meal>|a warm blanket}.")
    s.say('"{From now on|Next time|Tomorrow} I will <better>," {promised|said} <A>.',
          "{From that day on|Since then} <A> tried to <better>.")
    if s.chance(0.5):
        s.say("And <A.he> kept <A.his> word.", "It was not easy, but <A.he> {tried hard|did it}.",
              "A {week|month|year} later <A> still kept the promise, and <B> was {proud|glad}.")
    s.close()


def plot_trip(s):
    """A trip with two or three stops, told again in the same order."""
    s.intro()
    stops = s.some("place", 3)
    seen = s.rng.sample(["a <#colour> boat", "an old dog", "a <#colour> horse", "two white swans", "a juggler",
                         "a big snail", "a stork", "some dancers", "a tall ladder", "a sleeping pig",
                         "a <#colour> door", "a cart full of <#veg>", "a heap of <#fruit>", "many <#flower>"], 3)
    seen = [s.x(w) for w in seen]
    for k in range(3):
        s.values["s%d" % k], s.values["v%d" % k] = stops[k], seen[k]
    s.say("<#time> <A> {made|began} a {long|little|short} journey.", "<#time> <A> {wanted|longed} to see {the world|new things}.",
          "<#time> <A> packed {some <#meal>|a <#thing>|a <#colour> <#wear>} and left.")
    s.say("First <A.he> came to the <s0>, {where <A.he> saw|and there was} <v0>.",
          "At the <s0> <A.he> {saw|met|found} <v0>.")
    s.scene()
    s.say("Then <A> {walked|went|rode} {on |}to the <s1> and saw <v1>.", "After that came the <s1>, {with|and there <A> found} <v1>.")
    three = s.chance(0.4)
    if three:
        s.say("{At last|Finally|In the end} <A.he> {reached|saw} the <s2> and <v2>.")
    s.say("{In the evening|That night|Back home|At home} <A> told <B> {everything|about it|the whole story}.",
          '"{What did you see|Where have you been|How was it}?" asked <B>{| at home| in the evening}.')
    s.say('"At the <s0> I saw %s, and at the <s1> I saw %s," said <A>.'
          % (s.probe(seen[0], [seen[1], seen[2]]), s.probe(seen[1], [seen[0], seen[2]])),
          '"{First|At first} I came to the %s, then to the %s," {said|answered} <A>.'
          % (s.probe(stops[0], [stops[1], stops[2]]), s.probe(stops[1], [stops[0], stops[2]])))
    s.say('"{Next time|Tomorrow} I want to see the {<s0>|<s1>} too," said <B>.', "<B> {listened|nodded} {<#adv>|with big eyes}.",
          '"I {would like|want} to see %s," said <B>.' % s.probe(s.rng.choice(seen[:2]), [seen[2]]))
    s.close()


def plot_gift(s):
    """A birthday present in the favourite colour."""
    cols = s.some("colour", 3)
    item = s.rng.choice(WORDS["wear"] + WORDS["toy"] + WORDS["thing"])
    fav = cols[0]
    order = s.rng.sample(cols, 3)
    s.set(fav=fav, it=item, o0=order[0], o1=order[1], o2=order[2], e=s.pick("elder"))
    s.intro()
    s.say("<B> {loved everything that was|liked best what was} <fav>.", "The favourite colour of <B> was <fav>.",
          "<B> had a <fav> <#wear> and a <fav> house, {for|because} <fav> was <B.his> favourite colour.")
    s.say("<#time> it was <B.his> birthday{|, and <A> wanted to give <B.him> a present}.",
          "<#time> <A> {looked for|thought about} a present for <B>, {because|for} <B.he> had a birthday.")
    s.scene()
    s.say("At {the market|the shop} there were three <it>s: <o0>, <o1> and <o2>.".replace("<it>s", {"scarf": "scarves", "box": "boxes", "brush": "brushes"}.get(item, item + "s")),
          "<e> {sold|had} a <o0> <it>, a <o1> <it> and a <o2> <it>.")
    s.say("<A> {chose|bought|took|paid for} the %s <it>{|, of course| without a doubt}." % s.probe(fav, order + [s.pick("colour", *cols)]),
          '"{I will take|Please give me} the %s one," said <A>.' % s.probe(fav, order + [s.pick("colour", *cols)]))
    if s.chance(0.5):
        m, price = s.rng.randint(1, 8), s.rng.randint(2, 9)
        s.say("It cost %s. <A.He> paid with %s and got %s back." % (
            plural(price, "coins"), plural(price + m, "coins"), _count_probe(s, m, price, price + m)))
    s.say("<B> {opened the parcel|saw the present} and {smiled|laughed|jumped for joy}.", '"{Happy birthday|This is for you}, %s!" said <A>.'
          % s.probe(s.values["B"].name, [s.values["A"].name, *s.rng.sample(GIRLS + BOYS, 2)]))
    s.say('"A %s <it>! {Thank you|How lovely}{|, %s}," {said|cried} <B>.'
          % (s.probe(fav, order), s.values["A"].name),
          "<B.He> {used|showed} the %s every day{| of that <#season>}." % s.probe(item, s.some("toy", 3)))
    s.close()


def plot_race(s):
    """A contest of three with an order to remember."""
    s.values["C"] = Character(s.rng, s.taken)
    s.intro()
    s.say("{With them|There} was also <C>, <C.a>.", "{Also|Then} <C> the <C.kind> {joined them|came along}, who was <C.trait>.")
    game = s.rng.choice([("ran a race to the <#place>", "fast"), ("jumped over the stream", "far"), ("climbed the <#tree> tree", "high"),
                         ("sang for <#elder>", "well"), ("threw stones into the lake", "far"), ("swam to the <#place>", "fast")])
    order = s.rng.sample("ABC", 3)
    for k, who in enumerate(order):
        s.values["R%d" % k] = s.values[who]
    s.set(game=s.x(game[0]), adv=game[1], prize=s.rng.choice(["a <#colour> <#wear>", "a bag of <#small>", "a cake", "a <#colour> <#toy>"]))
    s.set(prize=s.x(s.values["prize"]))
    s.say("<#time> the three {friends |}<game>. {The prize was|The winner would get} <prize>.",
          "<#time> {they|all three} <game>. {They did it for|The prize was} <prize>.")
    s.scene()
    names = [s.values["R%d" % k].name for k in range(3)]
    s.say("<R0> was first, <R1> was second and <R2> came last.", "<R1> was better than <R2>, but <R0> was {even better|better than both}.",
          "<R2> was {not very good|the last}, <R1> was {better|second}, and {nobody was as good as|the best was} <R0>.")
    s.say("So %s {got|won|took home} <prize>." % s.probe(names[0], names),
          '"{The winner is|You have won,|The prize goes to} %s!" cried <#elder>.' % s.probe(names[0], names))
    s.say("%s, who was last, {was sad|only laughed|shrugged|wanted to try again}." % s.probe(names[2], names),
          "<R0> {shared it with|showed it to|thanked} %s, who had come second." % s.probe(names[1], names[1:]),
          '"{Next time|Tomorrow} I will {win|practise more}," said %s, who had lost.' % s.probe(names[2], [names[0]]))
    s.close()


def plot_riddle(s):
    """Riddles, right and wrong guesses."""
    s.intro()
    s.scene()
    s.say("<#time> <B> {told|asked} <A> a riddle.", "<#time> {they|the two} sat {under the <#tree> tree|by the fire|at the <#place>} and {told|asked} riddles.")
    words = s.rng.sample(list(RIDDLES), 4)
    wrong = words[3]
    s.say('"%s. What is it?" asked <B>.' % RIDDLES[words[0]])
    if s.chance(0.5):
        s.say('"{Is it|Maybe it is|Could it be} the %s?" said <A>. "No," said <B>{.|, "think again."}' % wrong)
    s.say('<A> {thought|waited|closed <A.his> eyes} {for a while|a little|<#adv>}. {Then <A.he> said|<A.He> said}: "It is the %s{!|.}"'
          % s.probe(words[0], words[1:]),
          '"{That is easy|I know it}, it is the %s," {said|answered|cried} <A>.' % s.probe(words[0], words[1:]))
    s.say('"{Right|Yes|Very good}," said <B>{| and clapped| and smiled}.', "<B> {nodded|clapped}. It was right.")
    if s.chance(0.65):
        s.say('"{Now it is my turn|Now you}," said <A>. "%s."' % RIDDLES[words[1]])
        s.say('"{I know|Of course}: the %s!" {said|cried|answered} <B>.' % s.probe(words[1], [words[0]] + words[2:]),
              'It was {easy|hard} for <B>. "The %s," <B.he> said {<#adv>|at last}.' % s.probe(words[1], [words[0]] + words[2:]))
    s.close()


def plot_school(s):
    """Sums at school."""
    s.values["C"] = s.values["B"]
    s.intro()
    s.say("<#time> <A> and <B> {sat in school|went to school|were at school}{| near the <#place>}.")
    s.scene()
    for who in s.rng.sample("AB", 2):
        s.set(X=s.values[who])
        if s.chance(0.5):
            a, b = s.rng.randint(1, 10), s.rng.randint(1, 10)
            right, op = a + b, "plus"
        else:
            a = s.rng.randint(3, 15)
            b = s.rng.randint(1, a - 1)
            right, op = a - b, "minus"
        s.set(q="%s %s %s" % (NUMBERS[a], op, NUMBERS[b]))
        s.say('"{What is|How much is|Tell me,} <q>{|, <X>}?" asked {the teacher|<#elder>}.',
              'The teacher wrote <q> on the {wall|board} {and looked at <X>|with <#colour> chalk}.')
        if s.chance(0.3):
            bad = s.rng.choice([NUMBERS[k] for k in range(right - 3, right + 4) if 0 < k <= 20 and k != right])
            s.say('"{Maybe|It is} %s," said <X>. "{No|Not quite|Try again}," said the teacher.' % bad)
        s.say('<X> {thought|counted|used <X.his> fingers} and {said|answered}: "It is %s."' % _count_probe(s, right, a, b),
              '"It is %s," {said|answered} <X>{| <#adv>}.' % _count_probe(s, right, a, b))
        s.say('"{Right|Correct|Well done}{|, <X>}!" {said the teacher|was the answer}.', "That was {right|correct}, and <X> was {proud|glad|<X.trait> as always}.")
    s.close()


def plot_days(s):
    """One thing each day, in order."""
    s.intro()
    start = s.rng.randrange(7)
    day = [DAYS[(start + k) % 7] for k in range(4)]
    acts = s.rng.sample(["planted <#veg>", "watered the <#flower>", "baked <#meal>", "cleaned the <#colour> <#thing>",
                         "painted the door <#colour>", "visited <#elder>", "caught {two|three|four} fish", "wrote a letter to <B>",
                         "swept the floor", "washed the <#colour> <#wear>", "picked <#fruit>", "chopped wood", "fed the hens",
                         "sewed a <#wear>"], 3)
    acts = [s.x(a) for a in acts]
    for k in range(3):
        s.values["d%d" % k], s.values["t%d" % k] = day[k], acts[k]
    s.say("<A> had {much|a lot} to do{| that week| before <#season>| for the feast}.", "<A> made a plan for the week.")
    s.scene()
    s.say("On <d0> <A> <t0>.", "On <d0> <A> {first |}<t0>{| near the <#place>}.")
    s.say("On %s <A.he> <t1>{| with <B>| all day| and sang a song}." % s.probe(day[1], [day[0], day[3], day[2]]))
    s.say("On %s <A.he> <t2>{| with <B>| until evening|, and it was hard}." % s.probe(day[2], [day[0], day[1], day[3]]))
    k = s.rng.randrange(3)
    s.say('"What did you do on %s?" asked <B>. "I %s," said <A>.' % (day[k], s.probe(acts[k], [a for a in acts if a != acts[k]])),
          '"When was it that you %s?" asked <B>. "It was on %s," said <A>.' % (acts[k], s.probe(day[k], day)))
    s.say("On %s <A.he> {rested|slept|did nothing at all}." % s.probe(day[3], day[:3]), "Then the work was done, and <A.he> was {tired|glad|tired and glad}.")
    s.close()


def plot_sounds(s):
    """Who made that sound in the night?"""
    s.intro()
    names = s.rng.sample(list(SOUNDS), 3)
    who = names[0]
    s.set(w=who, snd=SOUNDS[who], place=s.pick("hide"))
    s.say("{In the night|One night|After sunset|At midnight} <A> heard a {strange|loud|soft} sound <place>.",
          "{In the night|One night|After sunset} there was a noise <place>.")
    s.say('"<snd2>, <snd>," it went.'.replace("<snd2>", SOUNDS[who].capitalize()))
    s.say('"{What is that|Who is there|Do you hear that}?" {whispered|asked} <A>{| <#adv>}.', "<A> {woke|called} <B>.",
          "<A.He> {hid under the blanket|took a <#thing>|stood still}.")
    if s.chance(0.5):
        s.say('"{Maybe|Perhaps} it is a {ghost|thief|wolf|giant}," said <B>. "No," said <A>, "{there are none here|I do not think so}."')
    s.say("They took a {lantern|candle|lamp} and {looked|went to look}. It was only the {small |young |old |}%s."
          % s.probe(who, names[1:] + [s.rng.choice([k for k in SOUNDS if k not in names])]),
          '"{That is only|It must be|I think it is} the %s," said <B>.' % s.probe(who, names[1:] + [s.rng.choice([k for k in SOUNDS if k not in names])]))
    s.say("They gave {it|the <w>} {some |}{hay|grain|<#meal>|water} and {went back to bed|slept well|laughed}.",
          "{Then|After that} the <w> was quiet, and {<A>|<B>|everybody} {slept|went back to bed}.")
    s.close()


def plot_both(s):
    """Two characters of different sex, so that the pronouns tell them apart."""
    while s.values["A"].female == s.values["B"].female:
        s.taken -= {s.values["B"].name, s.values["B"].trait}
        s.values["B"] = Character(s.rng, s.taken)
    acts = s.rng.sample([("dig a hole", "spade"), ("paint the wall", "brush"), ("cut the bread", "knife"), ("catch a fish", "net"),
                         ("write a letter", "pen"), ("sweep the yard", "broom"), ("light the stove", "match"), ("sew a flag", "thread"),
                         ("carry water", "bucket"), ("chop the wood", "axe"), ("comb the pony", "comb"), ("wash the floor", "soap")], 2)
    a, b = s.values["A"], s.values["B"]
    s.set(w1=acts[0][0], i1=with_article(acts[0][1]).replace("a soap", "soap").replace("a thread", "thread"),
          w2=acts[1][0], i2=with_article(acts[1][1]).replace("a soap", "soap").replace("a thread", "thread"))
    s.intro()
    s.say("<#time> <A> wanted to <w1>, and <B> wanted to <w2>.", "<#time> {there was work to do|they had to work}: <A> should <w1>, and <B> should <w2>.")
    s.scene()
    pro = lambda who, form: s.probe(who.get(form), [(b if who is a else a).get(form)])
    s.say("<A> took <i1>, because %s wanted to <w1>." % pro(a, "he"), "So <A> {fetched|looked for} <i1>, for %s had to <w1>." % pro(a, "he"))
    s.say("<B> {took|looked for|borrowed} <i2>, because %s {wanted|had} to <w2>." % pro(b, "he"),
          "<B> {asked|called} <#elder>, who gave %s <i2>." % pro(b, "him"))
    s.say("When <A> was {ready|done|tired}, %s {sat down|drank <#drink>|ate <#meal>|went to <B>}." % pro(a, "he"),
          "{After an hour|Soon} <A> had done %s work{| well| <#adv>}." % pro(a, "his"))
    s.say("<B> {worked|went} on{| <#adv>} until %s was {finished|done} too." % pro(b, "he"), "<B> needed {more time|help}, so <A> {waited for|helped} %s." % pro(b, "him"))
    s.say('"{Look|See}, I {could|managed to} %s," said <A>.' % s.probe(acts[0][0], [acts[1][0]]),
          '"{Look|See}, I {could|managed to} %s," said <B>.' % s.probe(acts[1][0], [acts[0][0]]),
          "Both {were pleased|had done well}: <A> with {<i1>|the <j1>}, <B> with {<i2>|the <j2>}.".replace("<j1>", acts[0][1]).replace("<j2>", acts[1][1]))
    s.close()


PLOTS = [plot_lost, plot_sum, plot_sum, plot_swap, plot_moved, plot_cause, plot_repair, plot_cook, plot_lesson, plot_trip,
         plot_gift, plot_race, plot_riddle, plot_school, plot_days, plot_sounds, plot_both]


def story(rng, plot=None):
    """One story: its text, and its probes."""
    s = Story(rng)
    (plot or rng.choice(PLOTS))(s)
    return s.finish()


def exercise(rng):
    """Short sentences with nothing but references and sums, for the beginning of the training.

    Two or three characters own something each; names, colours and things come back again and again,
    so that a network soon finds out that it pays to look back.
    """
    names = rng.sample(GIRLS + BOYS, rng.choice([2, 2, 3]))
    things = rng.sample(WORDS["toy"] + WORDS["wear"] + WORDS["thing"], len(names))
    colours = rng.sample(WORDS["colour"], len(names))
    verbs = ["saw", "met", "asked", "thanked", "helped", "found"]
    if rng.random() < 0.25:
        lines = []
        for _ in range(10):
            a, b = rng.randint(1, 10), rng.randint(1, 10)
            total = NUMBERS[a + b]
            one, other = NUMBERS[a], NUMBERS[b]
            lines.append(rng.choice(["%s and %s make %s." % (one.capitalize(), other, total),
                                     "%s take away %s is %s." % (total.capitalize(), one, other),
                                     "The teacher wrote %s plus %s. \"It is %s.\"" % (one, other, total),
                                     "The teacher wrote %s minus %s. \"It is %s.\"" % (total, one, other)]))
        return " ".join(lines)
    lines = ["%s had a %s %s." % owned for owned in zip(names, colours, things)]
    for _ in range(12):
        a, b = rng.sample(range(len(names)), 2)
        lines.append(rng.choice(["%s %s %s." % (names[a], rng.choice(verbs), names[b]),
                                 "Then %s %s %s." % (names[a], rng.choice(verbs), names[b]),
                                 "%s had the %s %s." % (names[a], colours[a], things[a]),
                                 "The %s %s was %s." % (colours[a], things[a], rng.choice(["new", "old", "lost"])),
                                 "\"My %s is %s,\" said %s." % (things[a], colours[a], names[a])]))
    return re.sub(r"\ba (?=[aeiou])", "an ", " ".join(lines))


def stories(seed, characters):
    """Stories of a seed, until their text has about so many characters."""
    rng = random.Random("bitsmith stories %d" % seed)
    total = 0
    while total < characters:
        text = story(rng)[0]
        total += len(text) + 1
        yield text


def text(seed, characters):
    """A whole file: stories separated by lines with the end-of-text token."""
    return ("\n%s\n" % END).join(stories(seed, characters)) + "\n"


def tasks(seed, count):
    """Multiple-choice items: the text up to a decided place, and what may follow."""
    rng = random.Random("bitsmith tasks %d" % seed)
    made = []
    while len(made) < count:
        plot = PLOTS[1 + len(made) % (len(PLOTS) - 1)]
        probes = [p for p in story(rng, plot)[1] if p[2]]
        if not probes:
            continue
        context, answer, wrong = rng.choice(probes)
        if not context.endswith(" ") or len(context) < 60:
            continue
        choices = [answer] + [w for w in dict.fromkeys(wrong) if w != answer][:3]
        rng.shuffle(choices)
        made.append({"context": context.rstrip(), "choices": [" " + c for c in choices],
                     "gold": choices.index(answer)})
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--characters", type=int, default=2000, help="about how much text to write")
    parser.add_argument("--tasks", type=int, default=0, help="write so many multiple-choice items instead")
    args = parser.parse_args()
    if args.tasks:
        for item in tasks(args.seed, args.tasks):
            print(json.dumps(item))
    else:
        sys.stdout.write(text(args.seed, args.characters))


if __name__ == "__main__":
    main()
