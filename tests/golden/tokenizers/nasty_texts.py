"""Short texts that tokenizers tend to get wrong, written for Bitsmith, and seeded random ones."""

import random

TEXTS = [
    "", " ", "  ", "   ", "\n", "\n\n", "\n\n\n", "\t", "\t\t", "\r\n", "\r\n\r\n", "\r", " \n ", "\n \n",
    "a", " a", "  a", "a ", "a  ", "a\n", "a \n", "a\n ", "a\n b", "a \n\n  b", "  a  b  \n  c  \n",
    "Hello world", " Hello world", "Hello  world", "Hello   world!", "HELLO World's end", "I'll we've they'd it's I'm you're can't",
    "I'LL WE'VE THEY'D IT'S I'M YOU'RE CAN'T", "'s 't 're 've 'm 'll 'd", "''s '''t", "x'\u017fy '\u017f 'S", "\u212a \u212bngstrom \u2126",
    "1", "12", "123", "1234", "12345", "1234567890", "3.14159", "1,000,000", "0x1F600", "\u0661\u0662\u0663 \u0967\u0968\u0969", "\u00bd \u00b2 \u2167 \u2460 \u5341",
    "foo(bar, baz[3]) != {qux};", "if (a&&b||!c) { return -1; }\n\tx += 1;\n", "a\tb\t\tc", "    def f(self):\n        pass\n", "// ---- //\n/* ** */",
    "!!!!!!", "...", "\u2026", "--- --", "$5 \u20ac6 \u00a37 \u00a58", "a_b __init__ \u203f", "http://example.org/?q=1&r=%20#top", "me@example.org",
    "na\u00efve caf\u00e9 cafe\u0301 \u00c5 A\u030a \u1e9b\u0323 \u0344", "\ufb01 \ufb06 \u01c4 \u0130 \u0131 \u00df \u1e9e", "e\u0301\u0323\u0302\u0327 o\u0327\u0301",
    "\u4f60\u597d\uff0c\u4e16\u754c\u3002", "\u6771\u4eac\u90fd\u306b\u884c\u304f", "\u30ab\u30bf\u30ab\u30ca \uff76\uff9e", "\ud55c\uad6d\uc5b4 \u1112\u1161\u11ab", "\u3000\u5168\u89d2\u3000\u7a7a\u767d\u3000",
    "\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645", "\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f", "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd", "\u0939\u093f\u0928\u094d\u0926\u0940 \u0915\u094d\u0937\u0947\u0924\u094d\u0930", "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22", "\u1780\u17b6\u1793\u17cb\u178f\u17c2",
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!", "\u0395\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac \u039f\u0394\u039f\u03a3", "\u10e5\u10d0\u10e0\u10d7\u10e3\u10da\u10d8", "Ti\u1ebfng Vi\u1ec7t",
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family", "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", "\u2764\ufe0f \U0001f44d\U0001f3fd", "\U0001f636\u200d\U0001f32b\ufe0f ok", "\U0001d54f\U0001d4ce \U00020000\U0002a6d6",
    "\u00a0", "a\u00a0b", "\u00a0\u00a0 \u00a0x", "a\u2003b\u2009c\u200bd", "a\u2028b\u2029c", "a\u0085b", "a\u180eb", "a\u1680b\u202fc\u205fd", "\ufeffBOM first", "mid\ufeffdle",
    "\x00", "a\x00b", "\x01\x02\x1f\x7f", "a\x0bb\x0cc", "\x1b[31mred\x1b[0m", "\u0080\u009f", "\ufffd\ufffe\uffff", "\ue000 \U000f0000 \U0010ffff",
    "<s>", "</s>", "<unk>", "<s>Hello</s>", " <s> ", "a<s>b", "<s><s>", "<0x0A>", "<0x0A>\n", "\u2581", "\u2581a\u2581b", "a\u2581 b",
    "<|endoftext|>", "a<|endoftext|>b", " <|endoftext|> ", "<|im_start|>user\nHi<|im_end|>\n", "<|begin_of_text|>", "<|endoftext|", "<<|endoftext|>>", "<tool_call>x</tool_call>",
    "[MASK] [mask] x[MASK]y", "  [MASK]  end", "solo", "solos solo,solo", "supersolo",
    "a" * 300, " " * 300, "\n" * 100, "ab" * 200, "\u4e2d" * 100, "1" * 100, "!" * 100, " a" * 100, "\t \t " * 30, "x" + " " * 65 + "y" + "\n" + " " * 33,
    "The quick brown fox jumps over the lazy dog. " * 8,
]

PARTS = [" ", "  ", "\n", "\r\n", "\t", "a", "b", "the", " the", "The", "'s", "'LL", "don't", "7", "42", "1999", ".", ",", "!?", "(", "_", "-", "\u2581", "<s>", "</s>", "<|endoftext|>",
         "[MASK]", "solo", "\u00e9", "e\u0301", "\u0323", "\u00df", "\u4e2d", "\u6587", "\u3042", "\ud55c", "\u1100\u1161", "\u0627", "\u064e", "\u0915\u094d", "\U0001f600", "\u200d", "\ufe0f", "\u00a0", "\u3000",
         "\u2028", "\x00", "\x7f", "\ufeff", "\u00bd", "\u0663", "\u2167", "\U0001d400", "\u017f", "\u212a", "<0x41>", "\u0130"]


def random_texts(count, seed=7):
    source = random.Random(seed)
    return ["".join(source.choice(PARTS) for _ in range(source.randint(1, 30))) for _ in range(count)]
