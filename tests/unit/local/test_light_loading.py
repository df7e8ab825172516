"""What a light platform loads: nothing that a developer's own machine has no use for."""

import subprocess
import sys

LOADED_LATER = {"icalendar", "recurring_ical_events", "joserfc", "requests", "robust_downloader", "torch"}
"""Loaded where a calendar is read, where somebody signs in by a provider, or never."""

PROGRAM = f"""
import sys
import warmline_local.commands.light_program
import warmline_local.commands.staying_light
print(*sorted({LOADED_LATER!r} & set(sys.modules)))
"""


def test_a_light_platform_starts_without_what_few_of_them_need() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
