"""Takes out of an environment what only the export of a model, or the installation itself, needs.

    python infra/image/prune.py

What `warmline[server]` still needs without these packages stays. Run it in the environment that is to become small.
"""

import subprocess
import sys
from importlib.metadata import distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as name_of

NOT_SERVED = {"onnx", "safetensors", "huggingface-hub"}
"""They export the model."""


def needed(package: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    """The packages that one needs with these extras, itself among them, without what is not served."""
    if (package, extras) in seen:
        return set()
    seen.add((package, extras))
    found = {package}
    for line in distribution(package).requires or ():
        requirement = Requirement(line)
        name = str(name_of(requirement.name))
        wanted = requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in extras or {""}
        )
        if wanted and name not in NOT_SERVED:
            found |= needed(name, frozenset(requirement.extras), seen)
    return found


def main() -> None:
    """Uninstall everything that is not needed, pip last of all."""
    kept = needed("warmline", frozenset({"", "server"}), set())
    there = {str(name_of(one.metadata["Name"])) for one in distributions()}
    going = sorted(there - kept - {"pip"}) + (["pip"] if "pip" in there - kept else [])
    sys.stdout.write(f"Kept: {len(kept)} packages. Taken out: {', '.join(going)}\n")
    # The tools are in use until the end.
    subprocess.run([sys.executable, "-m", "pip", "uninstall", "--quiet", "--yes", *going], check=True)


if __name__ == "__main__":
    main()
