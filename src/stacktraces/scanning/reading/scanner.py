"""One stream after another through a walker into a sink."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from ...carriers import Carrier, all_carriers, carrier_named
from ...containment import ReaderFailures
from ...errors import InputError, UsageError
from ...log_records.clock import Clock
from ...model import Context
from ...results.result import Unreadable
from ...runtimes import all_formats, known_trace_lines, readable_runtimes
from ...sources.inputs import Readable, label_of, open_input
from ...sources.interruption import Interruption
from ...sources.streams import ByteStream
from ...unwrapping.detection import detect
from ...unwrapping.documents.detection import starts_document
from ...unwrapping.documents.stream import DocumentStream, records_of, start_of
from ..fast_path.compiled_counter import CompiledCounter, counter_for
from ..grouping.tallies import Grouping
from ..grouping.wanted import Wanted
from ..literal_search import anchors_of, make_search, native_serves
from ..options import Options, Totals
from ..setup import ScanSetup, make_setup
from .bare import BareReader
from .text import Text
from .unread import MARKS
from .walker import LIMIT, LONGEST_LINE, SAMPLE, Sink, State, StreamReader, Walker
from .wrapped import WrappedReader

_LARGEST_CHUNK = LIMIT // 2


def setup_for(options: Options) -> ScanSetup:
    """The search and the rest that all walkers share. Raises what :func:`choose_carriers` does."""
    choose_carriers(options, b"")  # A wrong name is told before a stream is waited for.
    hints = (hint for carrier in all_carriers() for hint in carrier.hints)
    failures = ReaderFailures()
    anchors = anchors_of(failures.contain(all_formats()), hints, MARKS)
    search = make_search(anchors, options.engine)
    native = options.engine in ("auto", "native") and native_serves(anchors)
    clock = Clock(options.zone, options.now)
    fast = options.fast
    lines = known_trace_lines()
    return make_setup(anchors, search, clock, lines, fast=fast, native=native and fast, failures=failures)


def wanted_by(options: Options) -> Wanted:
    """Which occurrences count. Raises ``UsageError`` for a runtime or field that there is not."""
    if options.runtime is not None and options.runtime not in readable_runtimes():
        names = ", ".join(readable_runtimes())
        raise UsageError(f"{options.runtime!r} is no runtime; the names are {names}.")
    return Wanted(
        options.type,
        options.runtime,
        _nanoseconds(options.since, options),
        _nanoseconds(options.until, options),
        _fields(options.where),
    )


def _fields(where: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    known = Context.__struct_fields__
    for field in where:
        if field not in known:
            raise UsageError(f"{field} is no field of a context; the fields are {', '.join(known)}.")
    return tuple(sorted(where.items()))


def make_grouping(options: Options, clock: Clock, span: tuple[int, int] | None = None) -> Grouping:
    """An empty one, for what ``options`` ask for and, with ``span``, starts between these offsets."""
    return Grouping(
        options.max_groups,
        wanted_by(options),
        clock,
        contexts=options.contexts,
        span=span,
        rules=options.issue_rules,
    )


def _nanoseconds(moment: datetime | None, options: Options) -> int | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=options.zone or UTC)
    return round(moment.timestamp() * 1_000_000) * 1000


def choose_carriers(options: Options, sample: bytes) -> tuple[Carrier, ...]:
    """What wraps the lines of a stream that starts with ``sample``.

    Raises ``UsageError`` for a carrier that is not known, ``RuleError`` for a file that is wrong.
    """
    known = known_trace_lines()
    if options.carrier == "auto":
        return detect(sample, known)
    if options.carrier == "none":
        return ()
    if options.carrier.endswith(".toml"):
        from ...carriers._custom import load_carrier

        return detect(sample, known, (load_carrier(options.carrier),))
    carrier = carrier_named(options.carrier)
    if carrier is None:
        raise UsageError(_no_such_carrier(options.carrier))
    return () if carrier.bare_continuation else detect(sample, known, (carrier,))


def _no_such_carrier(name: str) -> str:
    import difflib

    names = [each.name for each in all_carriers()]
    alike = difflib.get_close_matches(name.lower(), names, n=3)
    advice = f"did you mean {' or '.join(alike)}?" if alike else f"there are {', '.join(sorted(names))}."
    return f"There is no carrier named {name!r}; {advice} docs/carriers.md tells what they are."


def reader_for(
    setup: ScanSetup,
    sink: Sink,
    options: Options,
    counter_for: Callable[[tuple[Carrier, ...]], CompiledCounter | None] = lambda stack: None,
) -> Callable[[bytes], StreamReader]:
    """Makes the reader for a stream from its first bytes; ``counter_for`` gives what counts known ones."""

    def choose(sample: bytes) -> StreamReader:
        stack = choose_carriers(options, sample)
        counter = counter_for(stack)
        if not stack:
            return BareReader(setup, sink, counter)
        return WrappedReader(setup, sink, stack, counter, sample)

    return choose


def passed_over(text: Text) -> list[Unreadable]:
    """What is said of the lines that are too long to be read."""
    size = f"{LONGEST_LINE >> 20} MiB"
    starts = sorted(text.source_offset(line) for line in text.passed_over)
    return [
        Unreadable(
            text.path, f"{text.path}: the line at byte {at:,} holds more than {size}; traces in it are lost."
        )
        for at in starts
    ]


class Scan:
    """Streams, one after another, into one sink, until ``interruption`` is told."""

    def __init__(
        self,
        sink: Sink,
        options: Options,
        setup: ScanSetup | None = None,
        interruption: Interruption | None = None,
    ) -> None:
        self.sink = sink
        self.options = options
        self.setup = setup or setup_for(options)
        self.interruption = interruption or Interruption()
        self.totals = Totals()
        # glibc gives memory back to the system above a limit that it sets by the largest block that was
        # ever freed. Without this one, each chunk's pages would be taken and given back anew.
        bytes(_LARGEST_CHUNK)
        self._counters: dict[tuple[str, ...], CompiledCounter | None] = {}

    def reader_for(self, text: Text) -> Callable[[bytes], StreamReader]:
        """Makes the reader for the stream of ``text`` from its first bytes."""

        def counter(stack: tuple[Carrier, ...]) -> CompiledCounter | None:
            # The compiled part counts lines itself, and does not know those of a document.
            return self._counter_for(stack) if text.source is None else None

        return reader_for(self.setup, self.sink, self.options, counter)

    def _counter_for(self, stack: tuple[Carrier, ...]) -> CompiledCounter | None:
        names = tuple(carrier.name for carrier in stack)
        if names not in self._counters:
            self._counters[names] = counter_for(self.setup, self.sink, mixed=not stack)
        return self._counters[names]

    def part(
        self, source: str | Readable, number: int, start: State | None = None, until: int | None = None
    ) -> Iterator[Walker | None]:
        """Scan ``source``, the file ``number``, from a state to an offset, both at the start of a line.

        A step is a chunk; it gives the walker, ``None`` where there was nothing to walk over.
        """
        path = label_of(source)
        try:
            stream = self.open(source)
            if start is None:
                beginning = start_of(stream)
                if beginning.is_whole and until is None and self._holds_nothing(beginning.sample):
                    stream.close()
                    self.totals.files += 1
                    self.totals.bytes += len(beginning.sample)
                    yield None
                    return
                stream = records_of(stream, beginning, self.setup.lines, self.setup.may_hold)
        except InputError as error:
            self.totals.unreadable.append(Unreadable(path, str(error)))
            yield None
            return
        text = Text(path, number)
        walker = Walker(self.setup, text, self.reader_for(text), until)
        document = text.source = stream if isinstance(stream, DocumentStream) else None
        begun = self.totals.bytes
        try:
            if start is not None:
                walker.begin(start, stream.read(SAMPLE))
                stream.seek(walker.text.base)
            else:
                self.totals.files += 1
            for _ in self.chunks(walker, stream, path):
                yield walker
        except InputError as error:
            self.totals.unreadable.append(Unreadable(path, str(error)))
            return
        finally:
            stream.close()
        behind = walker.state().offset if until is not None else walker.text.base + len(walker.text.data)
        self.totals.bytes = begun + behind - (start.offset if start else 0)
        if document is not None:
            self.totals.bytes = begun + document.consumed
        yield walker

    def _holds_nothing(self, text: bytes) -> bool:
        """Whether no trace can be in a whole file: of many small ones, that is all to be known of most."""
        return not self.setup.may_hold(text) and not starts_document(text)

    def open(self, source: str | Readable) -> ByteStream:
        """The bytes of ``source``, unpacked ahead of the search by one process that has no others beside it.

        Raises ``InputError``.
        """
        stream = open_input(source, self.interruption)
        if self.options.jobs > 1 or not getattr(stream, "unpacks", False):
            return stream
        from ...sources.ahead import AheadStream
        from ...sources.packed import Unpacked

        assert isinstance(stream, Unpacked)
        return AheadStream(stream, label_of(source), self.interruption)

    def chunks(self, walker: Walker, stream: ByteStream, path: str) -> Iterator[None]:
        """Take ``stream`` through ``walker``, a chunk a step."""
        size = self.options.chunk
        while True:
            try:
                chunk = stream.read(size)
            except InputError as error:
                self.totals.unreadable.append(Unreadable(path, str(error)))
                chunk = b""
            self.totals.bytes += len(chunk)
            walker.feed(chunk, final=not chunk)
            yield
            if not chunk or walker.done:
                self.totals.unread += walker.unread()
                self.totals.unreadable += passed_over(walker.text)
                self.totals.unreadable += [
                    Unreadable(path, each.sentence, each.trace if self.options.debug else None)
                    for each in self.setup.failures.take()
                ]
                return
            size = min(size * 2, _LARGEST_CHUNK) if walker.waiting else self.options.chunk
