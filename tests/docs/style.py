"""What pages should not say: ``python -m tests.docs.style`` lists where they do.

The list has turns of phrase that are correct but hard to read, or that no English speaker would
use, each with what to write instead. Add to it whatever you stumble over.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.docs.pages import PAGES, REFERENCES, ROOT, blocks

__all__ = ["DIALECT", "Hit", "prose", "unplain"]

DIALECT: Final[dict[str, str]] = {
    # Sentences that begin with their end.
    r"(?:^|(?<=[.!?:]\s))Who (?:has|wants|comes|needs|gives|looks) [^?.]*\.": "If you ..., ...",
    r"(?:^|(?<=[.!?:]\s))Where (?:headers|a name|names|they|it|there|one|two|nothing) ": "If ...",
    r"\bOf (?:few|many|the one|equally)\b": "If there are few, ...",
    r"(?:^|(?<=[.!?:]\s))Given [a-z]+ [a-z]+,": "If you give ..., ...",
    r"\bnor (?:do|does|did|is|are) (?:they|it|he|she)\b": "neither ... nor, or a new sentence",
    r"\bHad [a-z`]+ (?:an?other|been|had)\b": "If ... had ...",
    r"\bSay it\b|\bsay it:": "say what to type",
    # One thing per other thing.
    r"\b(?:one|a|an) (?:row|file|line|object|integer|mark|page|product|number|record|column|JSON"
    r" object) an? (?:exposure|file|line|entry|rule|row|association|program|part|scope|source)\b": (
        "one ... per ..."
    ),
    r"\boperations a rule\b|\bseconds a program\b": "per rule",
    r", (?:a|one) (?:line|row|file|object) each\b": "with one ... per ...",
    # Passives without an actor.
    r"\bit is said\b|\bis said (?:how|so|to)\b": "asnsolve says, a note says",
    r"\b(?:is|are) told(?! (?:that|to)\b)": "a note names, asnsolve reports",
    r"\bis asked for by\b|\bare asked about\b": "name ..., you ask for ...",
    r"\bhave been told\b": "asnsolve reported",
    r"\bmay not (?:depend|cost|hang|change)\b": "should not",
    # Words with a wrong shade.
    r"\bhangs? on\b(?! to)": "depends on",
    r"\bstands? (?:twice|in (?:names|no)|under|beside)\b": "occurs, is",
    r"\b(?:a member|members|all|beside|only) beside\b": "with, together with",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bslip of the pen\b": "typing error",
    r"\bin silence\b": "silently",
    r"\bwithout a word\b": "without a message",
    r"\bat hand\b": "your, available",
    r"\bthe way out\b": "what to do",
    r"\bname(?:s|d)? (?:the product|them|it) otherwise\b|\bnamed? otherwise\b": "with another name",
    r"\btold? apart\b|\btells? (?:[a-z]+ ){1,3}apart\b": "distinguish, show which",
    r"\bis no matter of\b|\bare no matter of\b|\bis a matter of\b": "does not concern, is",
    r"\bfor its own sake\b": "by itself",
    r"\bof one name\b|\bof other content\b|\bof the same content\b": "with the same name, content",
    r"\bis there already\b|\bare there already\b": "exists",
    r"\bwill never be\b": "will never exist",
    r"\bsay so too\b|\bsays so too\b": "does the same",
    r"\bat the price of\b": "but",
    r"\bthe one by (?:those|that) of the other\b": "one ... the other",
    r"(?<![Tt]here\s)\b(?:is|are|was) (?:no|none) (?:exposure|association|table|pool|rule|key|JSON"
    r"|FITS|background|number|member|directory|file)s?\b"
    r"(?! (?:of|in|that|for|there|through)\b)": "is not a ...",
    r"\bas (?:the header|the proposal|the order of rows) has it\b": "as ... says",
    r"\bwhat is (?:there|left)(?: of| without)\b": "the remaining ...",
    r"\bLet us\b|\blet us\b": "an imperative",
    r"\bwe come to (?:that|this)\b": "step ... explains",
    r"\bin the midst of\b": "during",
    r"\bdoes so with\b": "repeat the verb",
    r"\bhowever harshly\b|\ball the same\b(?! as)": "anyway",
    r"\bsome (?:hundred|thousand)\b": "about a hundred, some hundreds of",
    r"\banew\b": "again",
    r"\bgo(?:es)? before\b": "is preferred to",
    r"\b(?:gave|gives?) way\b": "is dropped, because another one stays",
    r"\blets? (?:it|them|any|an exposure|exposures) in\b|\b(?:is|are) let in\b": "accepts",
    r"\ball (?:of it|that) there (?:is|are)\b": "all",
    r"\bbut for\b": "except",
    r"\bfor (?:it|they|the|a|an) (?:is|are|was|has|have)\b": "because ...",
    r"\bis (?:it )?known by\b": "is recognized by",
    r"\bput right\b|\bset right\b": "correct",
    r"\bnotwithstanding\b|\bhereof\b|\bthereof\b|\bwhereby\b": "a plain word",
}
"""Patterns of what not to say, with what to say instead."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a page that should be plainer."""

    page: str
    line: int
    phrase: str
    instead: str

    def __str__(self) -> str:
        """Return the hit as a line for people."""
        return f"{self.page}:{self.line}: {self.phrase!r}; better: {self.instead}"


def prose(text: str) -> str:
    """Return a page without its code, comments and addresses; lines keep their numbers."""
    for block in blocks(text):
        start, end = block.span
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    blanks = r"<!--.*?-->|`[^`\n]*`|\]\([^)]*\)"
    return re.sub(blanks, lambda found: re.sub(r"[^\n]", "x", found[0]), text, flags=re.DOTALL)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    # Phrases may go over the end of a line.
    return tuple(
        (re.compile(found.replace(" ", r"\s+"), re.MULTILINE), say)
        for found, say in DIALECT.items()
    )


def unplain(page: str, text: str) -> Iterator[Hit]:
    """Yield the phrases of a page that are in the list, given its name and text."""
    kept = prose(text)
    for pattern, instead in _patterns():
        for found in pattern.finditer(kept):
            phrase = " ".join(found[0].split())
            yield Hit(page, kept.count("\n", 0, found.start()) + 1, phrase, instead)


def main() -> None:
    """List the phrases of all pages."""
    for page in PAGES:
        if page not in REFERENCES:
            for hit in unplain(page, (ROOT / page).read_text("utf-8")):
                sys.stdout.write(f"{hit}\n")


if __name__ == "__main__":
    main()
