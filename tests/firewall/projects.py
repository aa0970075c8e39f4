"""Projects as an index may offer them, for tests of pages: nasty names, reasons and digests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from hypothesis import strategies as st

from stockade.model.firewall import Origin, Ruling
from stockade.model.index import IndexFile, IndexProject, ProjectStatus
from stockade.model.names import ProjectName
from stockade.model.verdicts import Action, Reason, Verdict
from stockade.sources.distribution_names import refused_name, version_of

NAME = ProjectName("acme-lib")
FINE = Verdict.of(Reason("STK-F900", "nothing against it", Action.ALLOW))
HELD = Verdict.of(Reason("STK-F901", 'too young: "2" <days> & é', Action.QUARANTINE))

VERSIONS = st.sampled_from(["1.0", "2.0rc1", "1!3.0+cpu.1", "4.0.post1", "2024.1"])
FILENAMES = st.one_of(
    VERSIONS.map(lambda version: f"acme_lib-{version}.tar.gz"),
    st.tuples(VERSIONS, st.sampled_from(["py3-none-any", "1-cp311-cp311-win32"])).map(
        lambda parts: f"acme_lib-{parts[0]}-{parts[1]}.whl"
    ),
    st.sampled_from(
        ["acme-lib-2004d.tar.gz", "acme_lib-1.0-py3.9.egg", "a b+c%2F.zip", "é&<\"'>#?;=.zip", "x:y"]
    ),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).map(str.strip),
).filter(lambda name: refused_name([name]) is None)
TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "a \"quoted\" & <b>bold</b> 'one'",
        "two\nlines\ttab",
        "a\r\nb\rc",
        "\x1b[31mred",
        "\u202eback",
        "&amp;#10;",
        " ",
    ]
)
DIGESTS = st.binary(min_size=4, max_size=4).map(bytes.hex)
HASHES = st.dictionaries(st.sampled_from(["sha256", "md5", "blake2b", "sha512"]), DIGESTS, max_size=2)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
ADDRESSES = st.sampled_from(["https://a.example/simple/acme-lib/", 'http://b.example/?a=1&b="<2>"'])


@st.composite
def index_files(draw: st.DrawFn, filename: str) -> IndexFile:
    return IndexFile(
        filename=filename,
        version=version_of(filename, NAME),
        url=f"https://files.example/{len(filename)}",
        hashes=draw(HASHES),
        size=draw(st.none() | st.integers(0, 1 << 50)),
        uploaded=draw(st.none() | TIMES),
        yanked=draw(st.none() | TEXTS),
        provenance=draw(st.none() | st.just("https://index.example/p")),
        requires_python=draw(st.just("") | st.just(">=3.8,!=3.9.*,<4") | TEXTS),
        core_metadata=draw(st.none() | HASHES),
        gpg_sig=draw(st.none() | st.booleans()),
    )


@st.composite
def index_projects(draw: st.DrawFn) -> IndexProject:
    files = tuple(draw(index_files(name)) for name in draw(st.lists(FILENAMES, unique=True, max_size=5)))
    listed = [str(each.version) for each in files if each.version is not None] + ["2004d", "1.0", "9.9"]
    return IndexProject(
        name=NAME,
        status=draw(st.sampled_from(ProjectStatus)),
        status_reason=draw(TEXTS),
        files=files,
        versions=tuple(dict.fromkeys(draw(st.just([]) | st.just(listed)))),
        tracks=tuple(draw(st.lists(ADDRESSES, max_size=2, unique=True))),
        alternate_locations=tuple(draw(st.lists(ADDRESSES, max_size=2, unique=True))),
        last_serial=draw(st.none() | st.integers(0, 1 << 40)),
    )


def rulings(project: IndexProject, refused: Collection[str] = ()) -> Mapping[str, Ruling]:
    """A ruling on each file: those named are held back."""
    return {
        each.filename: Ruling(
            project=project.name,
            version="" if each.version is None else str(each.version),
            filename=each.filename,
            origin=Origin.UPSTREAM,
            sha256=each.hashes.get("sha256", ""),
            verdict=HELD if each.filename in refused else FINE,
            content_judged=False,
        )
        for each in project.files
    }
