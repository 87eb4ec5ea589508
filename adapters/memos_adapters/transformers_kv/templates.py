"""From messages to the token ids of a whole prompt."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jinja2 import TemplateError

from memos_core.domain.activation import ChatTurn
from memos_core.errors import InvalidInput

PLAIN = (
    "{% for message in messages %}{{ message['role'] | capitalize }}: {{ message['content'] }}\n\n{% endfor %}"
    "Assistant:"
)
"""For tokenizers that come without a chat template."""

_PROBE = "zqxsystemprobe"


class ChatRenderer:
    """Renders messages by a tokenizer's chat template, and tokenises the result once, as a whole.

    Joining tokens of parts gives other tokens than the whole, so nothing is tokenised apart.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._probed: dict[str, bool] = {}

    def encode(self, messages: Sequence[ChatTurn], tools: Sequence[Mapping[str, Any]] = ()) -> list[int]:
        """Token ids of the prompt, ready for the reply.

        Raises:
            InvalidInput: there are no messages, or the template refuses them.
        """
        if not messages:
            raise InvalidInput("a prompt needs at least one message")
        return self.tokens(self.render(messages, tools))

    def render(self, messages: Sequence[ChatTurn], tools: Sequence[Mapping[str, Any]] = ()) -> str:
        """The prompt's text, special tokens included."""
        turns = _one_system_turn(messages)
        if turns[0].role == "system" and not self._knows_system():
            turns = _without_system(turns)
        return self._rendered([_as_dict(turn) for turn in turns], tools)

    def tokens(self, text: str) -> list[int]:
        """Token ids of a rendered prompt, which holds its special tokens already."""
        ids = list(self._tokenizer(text, add_special_tokens=False)["input_ids"])
        first = getattr(self._tokenizer, "bos_token_id", None)
        if not self._has_template() and first is not None and self._begins_with(first) and ids[:1] != [first]:
            ids.insert(0, first)
        return ids

    def count(self, text: str) -> int:
        """Number of tokens of a text by itself."""
        return len(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def decode(self, tokens: Sequence[int]) -> str:
        """Token ids as text, special tokens included."""
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=False))

    def _rendered(self, messages: list[dict[str, Any]], tools: Sequence[Mapping[str, Any]]) -> str:
        template = None if self._has_template() else PLAIN
        try:
            return str(
                self._tokenizer.apply_chat_template(
                    messages,
                    tools=[dict(tool) for tool in tools] or None,
                    chat_template=template,
                    add_generation_prompt=True,
                    tokenize=False,
                )
            )
        except TemplateError as error:
            roles = ", ".join(str(message["role"]) for message in messages)
            raise InvalidInput(f"the chat template refuses messages of {roles}: {error}") from error

    def _has_template(self) -> bool:
        return bool(getattr(self._tokenizer, "chat_template", None))

    def _begins_with(self, token: int) -> bool:
        return list(self._tokenizer("a")["input_ids"])[:1] == [token]

    def _knows_system(self) -> bool:
        """Whether a system message reaches the prompt: some templates refuse it, some drop it."""
        key = json.dumps(getattr(self._tokenizer, "chat_template", None), sort_keys=True)
        if key not in self._probed:
            probe = [{"role": "system", "content": _PROBE}, {"role": "user", "content": "a"}]
            try:
                self._probed[key] = _PROBE in self._rendered(probe, ())
            except InvalidInput:
                self._probed[key] = False
        return self._probed[key]


def _one_system_turn(messages: Sequence[ChatTurn]) -> list[ChatTurn]:
    """Leading system messages as one: templates take the first only."""
    leading = 0
    while leading < len(messages) and messages[leading].role == "system":
        leading += 1
    if leading < 2:
        return list(messages)
    text = "\n\n".join(turn.content for turn in messages[:leading])
    return [replace(messages[0], content=text), *messages[leading:]]


def _without_system(turns: Sequence[ChatTurn]) -> list[ChatTurn]:
    """The system message at the head of the first user message."""
    system, rest = turns[0], list(turns[1:])
    for i, turn in enumerate(rest):
        if turn.role == "user":
            rest[i] = replace(turn, content=f"{system.content}\n\n{turn.content}")
            return rest
    return [replace(system, role="user"), *rest]


def _as_dict(turn: ChatTurn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn.role, "content": turn.content}
    if turn.name:
        message["name"] = turn.name
    if turn.call:
        message["tool_call_id"] = turn.call
    if turn.tool_calls:
        message["tool_calls"] = [
            {
                "type": "function",
                "id": call.get("id"),
                "function": {"name": call["name"], "arguments": call["arguments"]},
            }
            for call in turn.tool_calls
        ]
    return message
