import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from memos_core.domain.engram import Message
from memos_core.operation.formation.foresight import close, extract_foresight
from tests.unit.foresight.foresight_cases import FILES, cases

SAID = datetime(2024, 3, 6, 10, tzinfo=UTC)
TEXTS = [message.text for path in FILES for case in cases(path) for message in case.messages]
words = st.sampled_from(sorted({word for text in TEXTS for word in text.split()}))
sentences = st.lists(
    words | st.sampled_from([",", ".", "?", "\n", '"', "”", "I'm", "until", "for two weeks"]), max_size=20
)
texts = sentences.map(" ".join) | st.text() | st.sampled_from(TEXTS)
zones = st.sampled_from([ZoneInfo(name) for name in ("UTC", "America/New_York", "Asia/Shanghai", "Pacific/Apia")])
moments = st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(texts, moments, zones)
def test_every_item_rests_on_its_message(text, at, zone) -> None:
    message = Message(source="m", version=3, text=text, speaker="Nora", role="user", at=at)
    for item in close(extract_foresight(message, (), zone), [message]):
        assert item.topic
        assert item.text
        assert item.subject
        assert item.observed_at == at
        assert item.period.end is None or max(item.period.start, at) < item.period.end
        assert 0 < item.confidence <= 1
        assert item.closed_as is None
        for evidence in item.evidence:
            assert (evidence.source, evidence.version) == ("m", 3)
            assert 0 <= evidence.start < evidence.stop <= len(text)


@given(texts, texts)
def test_extraction_is_a_function_of_its_arguments(text, earlier) -> None:
    message = Message(source="b", text=text, speaker="Nora", at=SAID)
    before = [Message(source="a", text=earlier, speaker="Nora", at=SAID)]
    assert extract_foresight(message, before) == extract_foresight(message, before)


def test_the_tables_are_loaded_on_first_use() -> None:
    program = (
        "import sys, memos_core.operation.formation.foresight as f;"
        "print(any(name.startswith(f.__name__ + '.') for name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
