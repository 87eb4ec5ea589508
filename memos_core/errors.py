"""Every error the library raises on purpose.

MemOSError
├── InvalidInput (ValueError)        what the caller passed cannot be accepted
│   ├── InvalidText                  empty, too long, NUL, lone surrogate
│   ├── NaiveDatetime                a datetime without a time zone
│   └── PromptTooLong                beyond what the model takes, or takes exactly
├── NotFound (LookupError)
│   ├── UnknownVault                 no vault of that name in this store
│   ├── UnknownCube                  no such cube in this vault (or it belongs to somebody else)
│   ├── UnknownVersion               the cube exists, the version does not
│   ├── Erased                       the cube was erased; its content is gone for good
│   ├── UnknownAdapter               no adapter of that name is attached
│   └── MissingBlob                  a blob is referenced but its file is not there
├── IllegalTransition                the cube's state does not allow the operation
├── Conflict                         the cube changed since the version the caller named
├── StoreError                       the store itself is in trouble
│   ├── EngineTooOld                 the database engine lacks a fix that this library relies on
│   ├── FutureFormat                 written by a newer release of this library
│   ├── ReadOnlyStore                the store or its directory cannot be written
│   ├── DiskFull                     the disk or quota is exhausted; nothing of the call was stored
│   ├── CorruptStore                 the database or a blob fails its integrity check
│   └── StoreClosed                  used after close(), or across a fork
├── EmbeddingFailed                  the embedder raised or returned the wrong shape
├── ActivationError                  keys and values cannot be used; the text always can
│   ├── UnsupportedModel             this model's values cannot be reused exactly
│   ├── ForeignActivation            computed by another model, adapter, tokenizer, library, or for another tenant
│   ├── CorruptActivation            the file is truncated, damaged, or no activation file
│   ├── StaleActivation              a source has changed since
│   ├── TooLossy                     the smaller form of storage would change the model's answers
│   └── NotComposable                blocks of this model or storage cannot be moved to other positions
├── ParametricError                  an adapter cannot be used; the text always can
│   ├── ForeignAdapter               made for another base model, or of another shape
│   ├── CorruptAdapter               the file is truncated, damaged, or no adapter
│   ├── RejectedAdapter              the gate refused it
│   └── TrainingFailed               the process that trained it ended without an adapter
├── ModelFailed                      a language model could not be reached, or answered something else than a reply
├── WorkFailed                       background work was given up; the memory itself is intact
└── MissingExtra (ImportError)       an optional dependency is not installed
"""


class MemOSError(Exception):
    """Root of every error raised by this library on purpose."""


class InvalidInput(MemOSError, ValueError):
    """What the caller passed cannot be accepted; nothing was stored."""


class InvalidText(InvalidInput):
    """Text that is empty, too long, or holds a character no store can keep."""


class NaiveDatetime(InvalidInput):
    """A datetime without a time zone. Pass e.g. ``datetime.now(timezone.utc)``."""


class PromptTooLong(InvalidInput):
    """A prompt beyond what the model takes, or beyond the length up to which stored values are exact."""


class NotFound(MemOSError, LookupError):
    """What was asked for is not there."""


class UnknownVault(NotFound):
    """No vault of that name exists in this store."""


class UnknownCube(NotFound):
    """No such cube in this vault. A cube of another vault gives the same error."""


class UnknownVersion(NotFound):
    """The cube exists, the version asked for does not."""


class Erased(NotFound):
    """The cube was erased. Its content is gone and cannot be restored."""


class MissingBlob(NotFound):
    """A blob is referenced but its file is not there."""


class UnknownAdapter(NotFound):
    """No adapter of that name is attached."""


class IllegalTransition(MemOSError):
    """The cube's lifecycle state does not allow this operation."""


class Conflict(MemOSError):
    """The cube has changed since the version that the caller expected."""


class StoreError(MemOSError):
    """The store itself is in trouble."""


class EngineTooOld(StoreError):
    """The database engine is older than the oldest one that is safe to use."""


class FutureFormat(StoreError):
    """The store was written by a newer release of this library."""


class ReadOnlyStore(StoreError):
    """The store cannot be written: permissions, or a read-only file system."""


class DiskFull(StoreError):
    """The disk or quota is exhausted. Nothing of the failed call was stored."""


class CorruptStore(StoreError):
    """The database or a blob fails its integrity check."""


class StoreClosed(StoreError):
    """The store was closed, or was opened in the parent of a forked process."""


class EmbeddingFailed(MemOSError):
    """The embedder raised, or returned vectors of the wrong shape."""


class ActivationError(MemOSError):
    """Keys and values cannot be used. The text that they stand for always can."""


class UnsupportedModel(ActivationError):
    """This model's keys and values cannot be reused exactly; the message says why."""


class ForeignActivation(ActivationError):
    """Computed by another model, adapter, tokenizer or library version, or for another tenant."""


class CorruptActivation(ActivationError):
    """The file is truncated, damaged, or not one of keys and values. Transform the memory again."""


class StaleActivation(ActivationError):
    """A source has changed since the values were computed. Transform the memory again."""


class TooLossy(ActivationError):
    """Storing the values in the smaller form would change the model's answers by more than the bound."""


class NotComposable(ActivationError):
    """Blocks of this model, or stored this way, cannot be moved to other positions."""


class ParametricError(MemOSError):
    """An adapter cannot be used. The text that it stands for always can."""


class ForeignAdapter(ParametricError):
    """Made for another base model, or of a shape that this one does not have."""


class CorruptAdapter(ParametricError):
    """The file is truncated, damaged, or no adapter. Train it again."""


class RejectedAdapter(ParametricError):
    """The gate refused it; its report says why."""


class TrainingFailed(ParametricError):
    """The process that trained an adapter ended without one. What it had learnt by then is kept for the next try."""


class ModelFailed(MemOSError):
    """A language model could not be reached, refused to serve, or answered something else than a reply."""


class WorkFailed(MemOSError):
    """Background work failed too often and was given up. The memories themselves are intact."""


class MissingExtra(MemOSError, ImportError):
    """An optional dependency is missing; the message names the pip line."""

    @classmethod
    def named(cls, extra: str, needs: str) -> "MissingExtra":
        """Say which extra brings ``needs``."""
        return cls(f"{needs} is not installed. Run: pip install 'memos-middleware[{extra}]'")
