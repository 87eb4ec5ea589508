"""The demo's LangChain side: a chain with our message history, a scripted model, a client for an endpoint."""

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, convert_to_openai_messages
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder

from langchain_memos import MemosChatHistory, with_memos_history
from memos_core import MemoryOS, Turn
from memos_core.cli.stage import Endpoint
from memos_core.errors import InvalidInput, MemOSError, MissingExtra

TIMEOUT_S = 60.0


class EndpointFailed(MemOSError):
    """The endpoint did not answer as an OpenAI-compatible one does."""


class ScriptedModel(BaseChatModel):
    """Replies with what was said in the recording; ``reply`` is set before each call."""

    reply: AIMessage = AIMessage("")

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self.reply)])


class EndpointModel(BaseChatModel):
    """A chat model behind ``POST {base_url}/chat/completions``."""

    base_url: str
    model: str
    api_key: str = ""

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        import httpx  # only a demo with an endpoint needs it

        url = f"{self.base_url.rstrip('/')}/chat/completions"
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        body = {"model": self.model, "messages": convert_to_openai_messages(messages), "temperature": 0}
        try:
            answer = httpx.post(url, json=body | ({"stop": stop} if stop else {}), headers=headers, timeout=TIMEOUT_S)
            answer.raise_for_status()
            text = answer.json()["choices"][0]["message"]["content"]
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
            raise EndpointFailed(f"{url} did not answer: {error}; check --base-url and --model") from error
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text or ""))])


def converse(memory: MemoryOS, vault: str, turns: Sequence[Turn], *, human: str) -> Iterator[int]:
    """Play turns through a chain with our history; yield how many are done.

    Each exchange is one call of the chain: what ``human`` said goes in, the model replies with what was answered. What
    the history keeps by itself (an opening line of the other side, a second reply) is added to it, as an app would.
    """
    failed: list[BaseException] = []
    model = ScriptedModel()
    prompt = ChatPromptTemplate([MessagesPlaceholder("history"), MessagesPlaceholder("input")])
    chain = with_memos_history(
        prompt | model,
        memory,
        input_messages_key="input",
        history_messages_key="history",
        vault=vault,
        on_error=lambda error, _: failed.append(error),
    )
    done = 0
    for session, of_session in groupby(turns, key=lambda turn: turn.session):
        history = MemosChatHistory(memory.vault(vault), session)
        spoken: list[BaseMessage] = []
        for by_human, run in groupby(of_session, key=lambda turn: _is_human(turn, human)):
            messages = [_message(turn, by_human) for turn in run]
            if by_human:
                spoken = messages
                continue
            if spoken:
                model.reply, *messages = messages  # type: ignore[assignment]
                chain.invoke({"input": spoken}, config={"configurable": {"session_id": session}})
                if failed:
                    raise failed[0]
                done += len(spoken) + 1
                spoken = []
            history.add_messages(messages)
            done += len(messages)
            yield done
        history.add_messages(spoken)
        done += len(spoken)
        yield done


def answering_chain(endpoint: Endpoint) -> Callable[[str, str], str]:
    """A function from a recollection and a question to the endpoint's answer.

    Raises:
        MissingExtra: httpx is not installed.
        InvalidInput: The variable that should hold the key is not set.
    """
    try:
        import httpx  # noqa: F401  checked here, before the first question
    except ImportError as error:
        raise MissingExtra.named("openai", "httpx") from error
    key = os.environ.get(endpoint.api_key_env, "") if endpoint.api_key_env else ""
    if endpoint.api_key_env and not key:
        raise InvalidInput(f"the environment variable {endpoint.api_key_env} is not set; put the endpoint's key there")
    prompt = ChatPromptTemplate(
        [
            ("system", "Answer in a few words, from what you remember and nothing else:\n\n{memories}"),
            ("human", "{question}"),
        ]
    )
    chain = prompt | EndpointModel(base_url=endpoint.base_url, model=endpoint.model, api_key=key) | StrOutputParser()
    return lambda memories, question: chain.invoke({"memories": memories, "question": question}).strip()


def _is_human(turn: Turn, human: str) -> bool:
    """In a recording of two people, the one who spoke first is the model's user."""
    return turn.role != "assistant" if turn.role else turn.speaker == human


def _message(turn: Turn, by_human: bool) -> BaseMessage:
    kind: type[BaseMessage] = HumanMessage if by_human else AIMessage
    said_at = {"at": turn.at.isoformat()} if turn.at else {}
    return kind(content=turn.text, name=turn.speaker or None, id=turn.source or None, additional_kwargs=said_at)
