"""From generated tokens to a reply's text: whole characters, and an end before any stop string."""

from collections.abc import Sequence
from typing import Any

from memos_core.domain.activation import Completion


class Reply:
    """One reply as it grows. The text is the same whether it is taken piece by piece or at the end."""

    def __init__(self, tokenizer: Any, *, stop: Sequence[str], ends: frozenset[int], limit: int) -> None:
        """Begin a reply.

        Args:
            tokenizer: Decodes the tokens.
            stop: The reply ends before any of these.
            ends: Tokens that end it.
            limit: Most tokens.
        """
        self._tokenizer = tokenizer
        self._stop = [one for one in stop if one]
        self._ends = ends
        self._limit = limit
        self._tokens: list[int] = []
        self._text = ""
        self._pending = ""
        # Tokens before ``_shown`` are in the text. Decoding starts a little earlier, at ``_context``, because what a
        # token reads as depends on the one before it.
        self._context = self._shown = 0
        self._finish = ""

    @property
    def finished(self) -> bool:
        """Whether no more tokens are wanted."""
        return bool(self._finish)

    def add(self, token: int) -> str:
        """Take the next token; returns the text that is certain now and was not before."""
        self._tokens.append(token)
        if token in self._ends:
            return self._closed("stop")
        self._pending += self._decoded(final=False)
        cut = self._first_stop()
        if cut is not None:
            self._finish = "stop"
            return self._certain(cut)
        if len(self._tokens) >= self._limit:
            return self._closed("length")
        return self._certain(len(self._pending) - self._held_back())

    def completion(self, prompt_tokens: int, cache_read: int) -> Completion:
        """The reply as it is now."""
        return Completion(
            text=self._text,
            tokens=tuple(self._tokens),
            prompt_tokens=prompt_tokens,
            cache_read=cache_read,
            finish=self._finish or "length",
        )

    def _closed(self, finish: str) -> str:
        self._finish = finish
        self._pending += self._decoded(final=True)
        cut = self._first_stop()
        if cut is not None:
            self._finish = "stop"
        return self._certain(len(self._pending) if cut is None else cut)

    def _certain(self, length: int) -> str:
        piece, self._pending = self._pending[:length], self._pending[length:]
        self._text += piece
        return piece

    def _decoded(self, *, final: bool) -> str:
        before = self._decode(self._tokens[self._context : self._shown])
        text = self._decode(self._tokens[self._context :])
        # A character can take several tokens; until they are all there it reads as a replacement character.
        if len(text) <= len(before) or (text.endswith("�") and not final):
            return ""
        self._context, self._shown = self._shown, len(self._tokens)
        return text[len(before) :]

    def _decode(self, tokens: Sequence[int]) -> str:
        text = self._tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(text)

    def _first_stop(self) -> int | None:
        return min((at for one in self._stop if (at := self._pending.find(one)) >= 0), default=None)

    def _held_back(self) -> int:
        """Length of the longest end of the text that may turn out to be the beginning of a stop string."""
        longest = max((len(one) for one in self._stop), default=1) - 1
        for length in range(min(longest, len(self._pending)), 0, -1):
            if any(one.startswith(self._pending[-length:]) for one in self._stop):
                return length
        return 0
