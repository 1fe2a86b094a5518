"""Writes the list of endpoints from their folders: catalog.py ENDPOINTS_FOLDER OUTPUT.

An endpoint is GROUP/NAME/endpoint.cpp, which defines `clientele::endpoints::NAME::endpoint()` (a
namespace an endpoint: g++ 12 gives templates over members of unnamed types external linkage); its
examples are GROUP/NAME/examples/CASE.request.json with CASE.response.json.
"""
import pathlib
import sys


def raw(text: str) -> str:
    """A C++ raw string literal, in pieces below the length that compilers must take."""
    pieces = [text[i : i + 8000] for i in range(0, len(text), 8000)] or [""]
    return " ".join(f'R"~~~({piece})~~~"' for piece in pieces)


def main() -> None:
    root, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    sources = sorted(root.glob("*/*/endpoint.cpp"), key=lambda path: path.parent.name)
    names = [path.parent.name for path in sources]
    lines = ['#include "catalog/catalog.hpp"', "", "#include <array>", "", "namespace clientele {"]
    lines += [f"namespace endpoints::{name} {{ schema::Endpoint endpoint(); }}" for name in names]
    lines += ["namespace catalog {", "namespace {", ""]
    for source in sources:
        cases = sorted(source.parent.glob("examples/*.request.json"))
        lines.append(f"const std::vector<Example> k_{source.parent.name}{{")
        for case in cases:
            title = case.name.removesuffix(".request.json")
            response = case.with_name(f"{title}.response.json")
            lines.append(f'    {{"{title}",')
            lines.append(f"     {raw(case.read_text(encoding='utf-8'))},")
            lines.append(f"     {raw(response.read_text(encoding='utf-8'))}}},")
        lines.append("};")
    lines += ["", "}  // namespace", "", "const std::vector<Entry>& entries() {"]
    lines += ["  static const std::vector<Entry> list{"]
    lines += [f"      {{endpoints::{name}::endpoint(), k_{name}}}," for name in names]
    lines += ["  };", "  return list;", "}", ""]
    lines += ["}  // namespace catalog", "}  // namespace clientele", ""]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("\n".join(lines), encoding="utf-8")


main()
