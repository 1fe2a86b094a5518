"""Compiles the report's language files: report_texts.py TEXTS_FOLDER OUTPUT.

Every language must have the same keys, and each key the same placeholders in all languages; lists
of words are joined by newlines.
"""
import pathlib
import re
import sys
import tomllib

PLACEHOLDER = re.compile(r"\{(\w+)(?::[^|{}]*\|[^|{}]*)?\}")


def flat(path: pathlib.Path) -> dict[str, str]:
    texts = {}
    for section, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for key, value in entries.items():
            texts[f"{section}.{key}"] = "\n".join(value) if isinstance(value, list) else value
    return texts


def literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> None:
    folder, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    languages = {path.stem: flat(path) for path in sorted(folder.glob("*.toml"))}
    first = languages["en"]
    problems = []
    for name, texts in languages.items():
        problems += [f"{name}: no text {key}" for key in first.keys() - texts.keys()]
        problems += [f"{name}: unknown text {key}" for key in texts.keys() - first.keys()]
        for key in first.keys() & texts.keys():
            if re.sub(PLACEHOLDER, "", texts[key]).count("{"):
                problems.append(f"{name}: {key} has a brace that opens no placeholder")
            if set(PLACEHOLDER.findall(texts[key])) != set(PLACEHOLDER.findall(first[key])):
                problems.append(f"{name}: {key} has other placeholders than in English")
    if problems:
        sys.exit("\n".join(sorted(problems)))
    lines = ['#include "models/report/texts.hpp"', "", "namespace clientele::report {", "",
             "std::span<const LanguageTexts> languages() {"]
    for name, texts in languages.items():
        lines.append(f"  static constexpr TextEntry k_{name}[]{{")
        lines += [f"      {{{literal(key)}, {literal(texts[key])}}}," for key in sorted(texts)]
        lines.append("  };")
    lines.append("  static constexpr LanguageTexts kAll[]{")
    lines += [f"      {{{literal(name)}, k_{name}}}," for name in languages]
    lines += ["  };", "  return kAll;", "}", "", "}  // namespace clientele::report", ""]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("\n".join(lines), encoding="utf-8")


main()
