#!/usr/bin/env python3
"""Writes tfidf.tsv: rows of scikit-learn's TfidfVectorizer on ordinary and on awkward texts.

    python make_tfidf.py        CPython 3.11 (Unicode 14.0), scikit-learn >= 1.2

Lines: "# ...", "corpus <ngram_max>", "text <text>", "weight <row> <term> <value>", tab separated.
"""
import pathlib
import random
import sys

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer

SHOP = ["Running shoes, Nike, men", "Trail shoes, Adidas, women", "Soccer ball, size 5",
        "Compression socks, unisex", "Fitness smartwatch"]
AWKWARD = [
    "", "a b c", "milk, I'm a x Foo", "milk milk MILK milk", "snake_case __init__ _ __",
    "ΣΑΣ ΟΔΟΣ Σ σς ΑΣ'Σ Α'Σ ΣΣ", "İstanbul ISTANBUL ıI İİ", "x²y ①② ½½ Ⅷ ⅷ 三十 ৳৫",
    "नमस्ते दुनिया हिन्दी", "ภาษาไทย สวัสดี", "Straße STRASSE ﬁne ǅungla ǆ", "naïve café naïve cafe\u0301",
    "日本語 テスト ｶﾀｶﾅ", "foo\u200dbar foo\u200cbar a\u00adb", "🙂🙂 text🙂text", "مرحبا بالعالم ١٢٣",
    "ẞ ßß ÀÉÎ ÀÉÎ", "Ⓐⓑ Ⓐⓑ ⒶⓑⒸ", "𝔘𝔫𝔦 𐐀𐐁𐐨 𞤀𞤁", "don't re-do e-mail a1 1a 42 7",
    "\u1c90\u1c91 \u10d0\u10d1 \u13a0\u13a1 \uab70\uab71", "ſtop STOP K\u212aK Å\u212b",
]


def random_texts(count, seed=5):
    """Words of random code points from the whole range, in texts that share words."""
    rng = random.Random(seed)

    def character():
        while True:
            c = rng.choice([rng.randrange(0x250), rng.randrange(0x3000), rng.randrange(0x20000),
                            rng.randrange(0x110000)])
            if not 0xD800 <= c <= 0xDFFF and chr(c) not in "\t\n\r" and c:
                return chr(c)

    words = ["".join(character() for _ in range(rng.randrange(1, 7))) for _ in range(120)]
    words += [word.upper() for word in words[:60]]
    texts = (" ".join(rng.choice(words) for _ in range(rng.randrange(12))) for _ in range(count))
    return [text.replace("\n", " ").replace("\t", " ") for text in texts]


def main():
    with pathlib.Path(__file__).with_name("tfidf.tsv").open("w", newline="\n") as out:
        out.write(f"# make_tfidf.py: scikit-learn {sklearn.__version__}, "
                  f"CPython {sys.version.split()[0]}\n")
        for texts, ngram_max in [(SHOP, 1), (SHOP, 2), (AWKWARD, 1), (AWKWARD, 2),
                                 (random_texts(60), 2)]:
            vectorizer = TfidfVectorizer(ngram_range=(1, ngram_max))
            rows = vectorizer.fit_transform(texts).tocoo()
            names = vectorizer.get_feature_names_out()
            out.write(f"corpus\t{ngram_max}\n")
            out.writelines(f"text\t{text}\n" for text in texts)
            for row, column, value in zip(rows.row, rows.col, rows.data):
                out.write(f"weight\t{row}\t{names[column]}\t{value!r}\n".replace("np.float64(", "")
                          .replace(")\n", "\n"))


if __name__ == "__main__":
    main()
