"""Keeps the repository's shape: tidy.py ROOT prints every violation and fails if there is one.

Directions of includes, lengths of files, functions and lines, names, leftover markers, traces of a
machine, headers that nobody includes, endpoints without examples, headings and links of pages.
"""
import pathlib
import re
import subprocess
import sys

# Who may include whom; a layer always includes itself unless it is named in CLOSED.
LAYERS = {
    "base": (),
    "numeric": ("base",),
    "schema": ("base",),
    "models": ("base", "numeric"),
    "vocabulary": ("base", "numeric", "models", "schema"),
    "render": (),
    "endpoints": ("base", "numeric", "models", "schema", "vocabulary", "render"),
    "catalog": ("base", "schema", "endpoints"),
    "store": ("base",),
    "remote": ("base", "schema"),
    "faces/http": ("base", "schema", "catalog", "store"),
    "faces/cli": ("base", "schema", "catalog"),
    "faces/openapi": ("base", "schema", "catalog"),
    "faces/docs": ("base", "schema", "catalog"),
    "app/shop": ("base", "schema"),
    "app/config": ("base",),
    "app": ("base", "schema", "catalog", "store", "remote", "faces/http", "faces/cli", "faces/openapi",
            "faces/docs", "app/config", "app/shop"),
}
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION, LONGEST_LINE = 400, 800, 70, 100
LONGEST_SCRIPT_LINE = 110  # no formatter keeps the scripts
BANNED_NAMES = ("util", "utils", "helper", "helpers", "manager", "common", "misc")
MARKERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
TRACES = re.compile(r"(?<![\w.])(/work/|/root/|/tmp/farm|/home/\w)|\b(pypi\.org|crates\.io|"
                    r"registry\.npmjs\.org|files\.pythonhosted\.org|"
                    r"proxy\.golang\.org|artifactory)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
CODE = (".cpp", ".hpp", ".inc")
TEXT = CODE + (".py", ".md", ".cmake", ".txt", ".toml", ".json", ".sh", ".yml", ".yaml", ".js", "")


class Tidy:
    def __init__(self, root: pathlib.Path):
        self.root = root
        self.found: list[str] = []
        self.texts = {name: self.read(name) for name in self.tracked()}

    def tracked(self) -> list[str]:
        listed = subprocess.run(["git", "-C", str(self.root), "ls-files", "-z"], check=True,
                                capture_output=True, text=True).stdout
        names = [name for name in listed.split("\0") if name]
        return [name for name in names if (self.root / name).is_file()]

    def read(self, name: str) -> str | None:
        path = self.root / name
        if path.suffix not in TEXT or path.stat().st_size > 2_000_000:
            return None
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return None

    def say(self, place: str, what: str) -> None:
        self.found.append(f"{place}: {what}")

    def code(self, *suffixes: str):
        for name, text in self.texts.items():
            if text is not None and name.endswith(suffixes or CODE):
                yield name, text

    # Includes

    def check_layers(self) -> None:
        for name, text in self.code():
            if not name.startswith("src/"):
                continue
            own = layer_of(name.removeprefix("src/"))
            if own is None:
                self.say(name, "lies in no known layer")
                continue
            for target in INCLUDE.findall(text):
                self.check_include(name, own, target)

    def check_include(self, name: str, own: str, target: str) -> None:
        if not (self.root / "src" / target).is_file():
            self.say(name, f'includes "{target}", which is no path below src/')
            return
        other = layer_of(target)
        if own == "endpoints" and other == "endpoints":
            folder = str(pathlib.PurePosixPath(name.removeprefix("src/")).parent)
            if not target.startswith(folder):
                self.say(name, f'an endpoint includes another: "{target}"')
        elif other != own and other not in LAYERS[own]:
            self.say(name, f'{own} includes {other}: "{target}"')

    def check_faces_name_no_endpoint(self) -> None:
        endpoints = {pathlib.PurePosixPath(name).parts[3] for name in self.texts
                     if re.fullmatch(r"src/endpoints/[^/]+/[^/]+/endpoint\.cpp", name)}
        named = re.compile("|".join(rf'\b{re.escape(e)}\b' for e in sorted(endpoints)) or "$^")
        for name, text in self.code(".cpp", ".hpp"):
            if not re.match("src/(faces|schema|catalog|vocabulary)/", name):
                continue
            if name.endswith(("_test.cpp", "_bench.cpp")):
                continue
            # A one-word name (nps) is looked for only as a text of its own.
            for number, line in enumerate(without_comments(text).splitlines(), 1):
                hit = named.search(line)
                if hit and ("_" in hit.group() or f'"{hit.group()}"' in line):
                    self.say(f"{name}:{number}", f"names the endpoint {hit.group()}")

    def check_orphans(self) -> None:
        included = set()
        for name, text in self.code():
            folder = pathlib.PurePosixPath(name).parent
            for target in INCLUDE.findall(text):
                included.add(f"src/{target}")
                included.add(str(folder / target))
        for name in self.texts:
            if name.endswith((".hpp", ".inc")) and name not in included:
                self.say(name, "is included by nobody")
            stem = name.removesuffix(".cpp")
            if name.startswith("src/") and name.endswith(("_test.cpp", "_bench.cpp")):
                continue
            if name.startswith("src/models/") and name.endswith(".cpp"):
                own = f"{stem}.hpp" in self.texts
                includes = [f"src/{t}" for t in INCLUDE.findall(self.texts[name] or "")]
                if not own and not any(t.startswith(name.rsplit("/", 1)[0]) for t in includes):
                    self.say(name, "has no header of its family")

    # Sizes

    def check_lengths(self) -> None:
        for name, text in self.code(".cpp", ".hpp", ".py"):
            is_test = name.startswith(("tests/", "bench/")) or name.endswith(
                ("_test.cpp", "_bench.cpp"))
            lines = text.splitlines()
            most = LONGEST_TEST if is_test else LONGEST_FILE
            if len(lines) > most:
                self.say(name, f"has {len(lines)} lines, at most {most}")
            longest = LONGEST_SCRIPT_LINE if name.endswith(".py") else LONGEST_LINE
            for number, line in enumerate(lines, 1):
                if len(line) > longest and "http" not in line and "#include" not in line:
                    self.say(f"{name}:{number}", f"has {len(line)} columns")
            if name.endswith((".cpp", ".hpp")):
                self.check_functions(name, lines)

    def check_functions(self, name: str, lines: list[str]) -> None:
        """In formatted code a body opens at the end of a line and closes at the same indent."""
        for start, line in enumerate(lines):
            if not opens_function(lines, start):
                continue
            head = start
            while head > 0 and is_continued(lines[head - 1]):
                head -= 1
            first = start if re.search(r"\[[&=\w, ]*\]\(", line) else head  # a lambda, else
            indent = re.match(r" *", lines[first]).group()
            for end in range(start + 1, len(lines)):
                if re.match(rf"{indent}}}", lines[end]):
                    if end - head + 1 > LONGEST_FUNCTION:
                        self.say(f"{name}:{head + 1}", f"function of {end - head + 1} lines")
                    break

    # Words

    def check_words(self) -> None:
        banned = re.compile(r"(?:^|[_/.\-])(" + "|".join(BANNED_NAMES) + r")(?:$|[_/.\-])")
        identifier = re.compile(r"\b(?:class|struct|namespace|enum class)\s+(\w*(?:Utils?|Helper|"
                                r"Manager)|utils?|helpers?|common|misc)\b")
        for name, text in self.texts.items():
            if banned.search(name):
                self.say(name, "a name that says nothing")
            if text is None or name == "tests/tidy/tidy.py":
                continue
            for number, line in enumerate(text.splitlines(), 1):
                place = f"{name}:{number}"
                if name.endswith(CODE) and identifier.search(line):
                    self.say(place, "a name that says nothing")
                if MARKERS.search(line):
                    self.say(place, "a leftover marker")
                trace = TRACES.search(line)
                if trace:
                    self.say(place, f"a trace of a machine: {trace.group()}")

    # Endpoints and pages

    def check_endpoints(self) -> None:
        for name in self.texts:
            if not re.fullmatch(r"src/endpoints/[^/]+/[^/]+/endpoint\.cpp", name):
                continue
            folder = f"{name.rsplit('/', 1)[0]}/examples/"
            cases = [n for n in self.texts if n.startswith(folder) and n.endswith(".request.json")]
            if not cases:
                self.say(name, "has no example")
            for case in cases:
                if case.replace(".request.", ".response.") not in self.texts:
                    self.say(case, "has no response beside it")

    def check_pages(self) -> None:
        for name, text in self.code(".md"):
            plain = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
            headings = re.findall(r"^# .+", plain, re.MULTILINE)
            if len(headings) != 1:
                self.say(name, f"has {len(headings)} headings of the first level")

    def check_links(self) -> None:
        """Links between pages lead somewhere."""
        for name, text in self.code(".md"):
            for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
                if re.match(r"[a-z]+:", link):
                    continue
                if not (self.root / pathlib.PurePosixPath(name).parent / link).exists():
                    self.say(name, f"links to {link}, which is not there")

    def run(self) -> int:
        self.check_layers()
        self.check_faces_name_no_endpoint()
        self.check_orphans()
        self.check_lengths()
        self.check_words()
        self.check_endpoints()
        self.check_pages()
        self.check_links()
        print("\n".join(sorted(self.found)) or f"tidy: {len(self.texts)} files")
        return 1 if self.found else 0


def layer_of(path: str) -> str | None:
    parts = path.split("/")
    two = "/".join(parts[:2])
    if len(parts) > 2 and two in LAYERS:
        return two
    return parts[0] if parts[0] in LAYERS else None


def without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*", "", text)


def is_continued(line: str) -> bool:
    """Whether the next line belongs to the same declaration."""
    stripped = line.split("//")[0].rstrip()
    return bool(stripped) and not stripped.endswith((";", "{", "}", ":", '"')) and not \
        stripped.lstrip().startswith(("#", "//"))


def opens_function(lines: list[str], at: int) -> bool:
    line = lines[at].split("//")[0].rstrip()
    if not line.endswith("{"):
        return False
    head = at
    while head > 0 and is_continued(lines[head - 1]):
        head -= 1
    text = " ".join(lines[head : at + 1]).strip()
    if re.match(r"(namespace|class|struct|enum|union|extern|if|else|for|while|switch|do|try|case|"
                r"default|return|\}|\{|#)\b|^[{}]", text):
        return False
    return re.search(r"\)\s*(const|noexcept|override|final|&|&&|mutable|->\s*[\w:<>*& ]+|\s)*\{$|"
                     r"\).*:\s*\w+[({].*\{$", text) is not None


if __name__ == "__main__":
    sys.exit(Tidy(pathlib.Path(sys.argv[1])).run())
