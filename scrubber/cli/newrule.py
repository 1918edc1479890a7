"""The file that ``scrubber rules new`` starts a rule with. It holds as it is, so that every change can be tested."""

import re
from pathlib import Path

from scrubber.errors import ScrubberError
from scrubber.files import explain, shown
from scrubber.model import Kind

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

_TEXT = """\
id = "{rule}"
title = "What the rule finds, in one line"
why = \"\"\"
Where this text comes from, what shows that no author wrote it, and what the rule must not touch.
\"\"\"
family = "{family}"
kind = "{kind}"
confidence = 0.9

[match]
# Matched within one line of the folded text: simplified characters, half width, small letters.
pattern = '''本文由(?P<site>[㐀-䶿一-鿿a-z0-9]{{2,14}}?)网友\\({rule}\\)上传'''

# What must be found stands between ⟦ and ⟧.
[[example]]
text = '''正文到此为止。⟦本文由松果网友({rule})上传⟧'''
captures = {{ site = "松果" }}

[[example]]
text = '''⟦本文由白桦林网友({rule})上传⟧
同志们：'''
captures = {{ site = "白桦林" }}

# Text in which nothing may be found.
[[near_miss]]
text = '''本文由办公室起草，征求了网友意见。'''

[[near_miss]]
text = '''材料由各单位上传至平台。'''
"""


def start(folder: Path, family: str, rule: str, kind: str) -> Path:
    """Write the file of a new rule and return its path. Raises ScrubberError; an existing file is never replaced."""
    for name, value in (("the family", family), ("the id", rule)):
        if not _NAME.fullmatch(value):
            raise ScrubberError(
                f"{value!r} cannot be {name}\n  hint: small letters, digits and hyphens, such as tail-links"
            )
    if kind not in list(Kind):
        raise ScrubberError(f"there is no kind {kind!r}\n  hint: the kinds are {', '.join(Kind)}")
    path = folder / family / f"{rule}.toml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(_TEXT.format(rule=rule, family=family, kind=kind))
    except FileExistsError:
        raise ScrubberError(f"{shown(path)}: exists already, and was left as it is") from None
    except OSError as error:
        raise ScrubberError(f"{shown(path)}: {explain(error)}") from error
    return path
