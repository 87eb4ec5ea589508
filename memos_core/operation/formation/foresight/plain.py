"""English as people type it, made plain before a rule reads it: apostrophes put back, asides and corrections left out.

Only the form of a clause without its times is made plain; offsets into the message belong to the other form.
"""

import re

from memos_core.operation.formation.alternatives import Cue

_SPELLED = {
    "im": "i'm",
    "ive": "i've",
    "cant": "can't",
    "cannae": "can't",
    "wont": "won't",
    "theyre": "they're",
    "youre": "you're",
    "theyve": "they've",
    "youve": "you've",
    "weve": "we've",
    "theyll": "they'll",
    "youll": "you'll",
    **{f"{word}nt": f"{word}n't" for word in ("do", "does", "did", "is", "are", "was", "has", "have", "would")},
    **{f"{word}s": f"{word}'s" for word in ("he", "she", "that", "there", "what")},
}
_FOLDED = Cue(
    r"\b(?:im|ive|ca(?:nt|nnae)|wont|theyre|youre|(?:they|you|we)ve|(?:they|you)ll|(?:d(?:o|oes|id)|is|are|was"
    r"|ha(?:s|ve)|would)nt|(?:he|she|that|there|what)s)\b"
)
"""Of the spellings, those that mean nothing else."""
_ASIDE = re.compile(
    r"(?:(?:right so|ok so|yo|dude|mate|bruh|guys|ladies|anyways?|sorry|misread|my bad|my mistake|scratch that|ugh+"
    r"|argh+|aargh|btw|by the way|fyi"
    r"|tbh|omg|yay|phew|hmm+|lol|haha|guess what|quick update|good news|bad news|great news|heads up|to be honest"
    r"|honestly|bless h(?:er|im)|oh and|soz|welp|yikes|can you believe|did i (?:tell you|mention)|have i told you"
    r"|annoyingly|thankfully|weirdly)(?![a-z'’-])[,:!. ]*"
    r"|(?:right|update|correction|context|typical|ps|fun|basically) ?[,:!.]+ ?)+(?=[a-z~])"
)
_FLOATING = Cue(
    r",? (?:(?:weather|traffic|time|health|childcare|work|money|babysitter) permitting|all being well|touch wood"
    r"|knock on wood|god willing|inshallah|insha'?allah|fingers crossed(?= |$|,)(?! (?:i|we|he|she|it|that|they)\b)"
    r"|btw|tbh|lol|fyi|ngl|imo|haha|leh|lah|lor|ffs|omg|tho|innit)(?= |$|,)"
)
_ADVERB = re.compile(
    r"(?<=[a-z] )(?:literally|honestly|basically|obviously|technically|genuinely|seriously|actually|legit|bloody"
    r"|flipping"
    r"|frigging|fricking|freaking|fucking|kinda|sorta|deffo|defo|also) (?=[a-z~])"
)
_ADVERB_SIGNS = (
    "ly ",
    "legit ",
    "bloody ",
    "king ",
    "pping ",
    "gging ",
    "kinda ",
    "sorta ",
    "deffo ",
    "defo ",
    "also ",
)
"""Says how strongly something is so, between its other words: "I'm actually flying on Friday"."""
_REJECTED = re.compile(
    r",? (?:and )?not (?:(?:on|at|in|the|this|until|till|by) )*(?:~+|\d{1,2}(?:st|nd|rd|th)\b|[a-z]+day\b)"
)
"""The date that is no more: "the roofer is the 28th, not the 18th"."""


def without_asides(low: str) -> str:
    """A clause with blanks for what floats in it: "the test is on Friday, fingers crossed"; of the same length."""
    return _FLOATING.of(low).sub(lambda match: " " * len(match.group()), low)


def plain(bare: str) -> str:
    """A clause in plain words.

    Args:
        bare: In lower case, its times blotted out.
    """
    if not bare.isascii():
        return bare
    if _FOLDED.search(bare):
        bare = _FOLDED.of(bare).sub(lambda match: _SPELLED[match.group()], bare)
    if (aside := _ASIDE.match(bare)) is not None:
        bare = bare[aside.end() :]
    bare = _FLOATING.sub("", bare)
    if any(map(bare.__contains__, _ADVERB_SIGNS)):
        bare = _ADVERB.sub("", bare)
    if " not " in bare and "~" in (left := _REJECTED.sub("", bare)):
        bare = left
    return bare
