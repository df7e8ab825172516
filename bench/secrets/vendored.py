"""Takes over gitleaks' rules of tokens: `python -m bench.secrets.vendored GITLEAKS.toml VERSION > tokens.toml`.

What is left out: rules that only read paths, and allow lists, which are made for source code. What is translated: flags
in the middle of a pattern and two signs of RE2 that `re` does not know, and the name of a service at the beginning of
a rule, which begins with up to 50 signs of anything there, and matches the same secrets without them.
"""

import hashlib
import json
import re
import sys
import tomllib
import warnings
from pathlib import Path

ANYTHING_FIRST = r"[\w.-]{0,50}?"
# Rules of ours see what these do: a name and its value, addresses with passwords, headers, and private keys.
OURS = {"generic-api-key", "curl-auth-header", "curl-auth-user", "private-key", "jwt-base64"}
HEADER = """# Forms of tokens, taken over from gitleaks by bench/secrets/vendored.py.
# Source: https://github.com/gitleaks/gitleaks, config/gitleaks.toml, {version}
# Licence: MIT, Copyright (c) 2019 Zachary Rice. Permission is hereby granted, free of charge, to any person obtaining a
# copy of this software to deal in it without restriction, provided that this notice is included. It is provided "as
# is", without warranty of any kind.
# sha256 of the source: {sha256}
"""


def translated(pattern: str) -> str:
    """A pattern of RE2 as `re` reads it: flags hold for the rest of their group, as a group of their own."""
    pattern = pattern.replace(r"\z", r"\Z").replace("[[:alnum:]]", "[A-Za-z0-9]")
    pattern = pattern.replace(ANYTHING_FIRST, "")
    found = re.search(r"(?<=.)\(\?i\)", pattern, re.S)
    while found:
        depth, end = 0, found.end()
        while end < len(pattern) and depth >= 0:
            depth += {"(": 1, ")": -1}.get(pattern[end], 0) if pattern[end - 1] != "\\" else 0
            end += 1
        end -= depth < 0
        pattern = f"{pattern[: found.start()]}(?i:{pattern[found.end() : end]}){pattern[end:]}"
        found = re.search(r"(?<=.)\(\?i\)", pattern, re.S)
    return pattern


def main() -> int:
    """Print the rules. Exit status 1 where a rule cannot be translated."""
    warnings.simplefilter("ignore", FutureWarning)
    source = Path(sys.argv[1]).read_bytes()
    print(HEADER.format(version=sys.argv[2], sha256=hashlib.sha256(source).hexdigest()), end="")
    for rule in tomllib.loads(source.decode())["rules"]:
        if "regex" not in rule or rule["id"] in OURS:
            continue
        pattern = translated(rule["regex"])
        re.compile(pattern)
        print(f"\n[{rule['id']}]\nregex = '''{pattern}'''\nkeywords = {json.dumps(rule['keywords'])}")
        if "entropy" in rule:
            print(f"entropy = {rule['entropy']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
