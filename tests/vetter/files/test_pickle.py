"""Pickles by opcode, and the files that contain them."""

from __future__ import annotations

import collections
import datetime as dt
import io
import pickle
import pickletools
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.model.vetting import Phase
from stockade.vetter.acts import Kind
from stockade.vetter.files.base import Looked
from stockade.vetter.files.models import look_hdf5, look_numpy, look_pickle, look_safetensors
from stockade.vetter.files.pickle import danger, is_safe, look
from stockade.vetter.files.pickle_machine import Named

SYSTEM = b"cposix\nsystem\n(S'echo decoy'\ntR."


def looked(data: bytes) -> Looked:
    return look(data, "m.pkl", Phase.IMPORT)


def kinds(found: Looked) -> list[str]:
    return [each.kind for each in found.oddities]


class Calls:
    """Pickles as a call of a global; never unpickled here."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.parts = (function, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.parts


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_call_is_seen_in_every_protocol(protocol: int) -> None:
    found = looked(pickle.dumps(["x", Calls(exec, "import os")], protocol))
    assert kinds(found) == ["pickle-imports"]
    assert [(act.kind, act.content, act.phase) for act in found.acts] == [
        (Kind.EXECUTE, "import os", Phase.IMPORT)
    ]
    assert found.code[0].text == "import os"


@pytest.mark.parametrize(
    ("data", "callee"),
    [
        (SYSTEM, "pickle:posix.system"),
        (b"(S'id'\nios\nsystem\n.", "pickle:os.system"),
        (b"(cos\nsystem\nS'id'\no.", "pickle:os.system"),
        (b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.", "pickle:os.system"),
        (b"\x80\x04\x8c\x02os\x940\x8c\x06system\x940h\x00h\x01\x93\x8c\x02id\x85R.", "pickle:os.system"),
        (
            b"c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR(S'id'\ntR.",
            "pickle:os.system",
        ),
        (b"csubprocess\nPopen\n((lS'id'\natR.", "pickle:subprocess.Popen"),
    ],
)
def test_every_way_to_call_a_shell(data: bytes, callee: str) -> None:
    found = looked(data)
    assert "pickle-imports" in kinds(found)
    assert callee in [act.callee for act in found.acts]


def test_the_command_is_the_target() -> None:
    act = looked(SYSTEM).acts[0]
    assert (act.kind, act.target, act.hidden) == (Kind.SPAWN, "echo decoy", True)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_data_are_innocent(protocol: int) -> None:
    value = {
        "a": [1, 2.5, None, True, 2**200, b"x" * 300],
        "b": collections.OrderedDict(x=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        "c": {frozenset({1}), 3},
    }
    assert looked(pickle.dumps(value, protocol)) == Looked()


def test_an_unknown_class_is_told_apart() -> None:
    assert kinds(looked(b"csomewhere.else\nThing\n(tR.")) == ["pickle-unknown-global"]


def test_names_put_together_while_loading() -> None:
    data = b"\x80\x04\x8c\x02os\x94cbuiltins\nstr\n(S'sys'\ntR\x93."
    assert "pickle-imports" in kinds(looked(data))


def test_what_stands_behind_a_break_is_still_found() -> None:
    found = looked(b"(lp0\nI1\na\xff\xff" + SYSTEM)
    assert set(kinds(found)) == {"pickle-imports", "pickle-malformed"}


def test_several_pickles_in_one_file() -> None:
    assert "pickle-imports" in kinds(looked(pickle.dumps(1, 2) + SYSTEM))


def test_no_pickle_at_all() -> None:
    assert kinds(looked(b"no pickle\x93")) == ["pickle-unreadable"]


@pytest.mark.parametrize(
    ("name", "safe", "dangerous"),
    [
        ("builtins.dict", True, False),
        ("builtins.eval", False, True),
        ("numpy.core.multiarray._reconstruct", True, False),
        ("numpy.testing._private.utils.runstring", True, True),
        ("torch._utils._rebuild_tensor_v2", True, False),
        ("torch.hub.load", True, True),
        ("collections.OrderedDict", True, False),
        ("os.system", False, True),
        ("os.PathLike", True, False),
        ("socket.create_connection", False, True),
    ],
)
def test_the_lists(name: str, *, safe: bool, dangerous: bool) -> None:
    module, _, attribute = name.rpartition(".")
    assert is_safe(Named(module, attribute)) is safe
    assert bool(danger(Named(module, attribute))) is dangerous


def test_a_compressed_pickle() -> None:
    assert "pickle-imports" in kinds(look_pickle(zlib.compress(SYSTEM), "m.joblib", Phase.CALL))
    assert kinds(look_pickle(zlib.compress(SYSTEM)[:9], "m.joblib", Phase.CALL)) == ["pickle-unreadable"]


def test_a_compressed_pickle_that_grows_is_cut() -> None:
    found = look_pickle(zlib.compress(bytes(80 << 20)), "m.joblib", Phase.CALL)
    assert kinds(found) == ["pickle-unreadable"]


def npy(header: bytes, body: bytes) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + body


def test_arrays() -> None:
    plain = npy(b"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", bytes(8))
    objects = npy(b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n", SYSTEM)
    assert look_numpy(plain, "a.npy", Phase.CALL) == Looked()
    assert "pickle-imports" in kinds(look_numpy(objects, "a.npy", Phase.CALL))
    assert kinds(look_numpy(b"\x93NUMPY", "a.npy", Phase.CALL)) == ["numpy-unreadable"]


def test_safetensors_are_data() -> None:
    header = b'{"__metadata__":{}}'
    assert (
        look_safetensors(len(header).to_bytes(8, "little") + header, "m.safetensors", Phase.CALL) == Looked()
    )
    assert kinds(look_safetensors(bytes(7) + b"\x7f{", "m.safetensors", Phase.CALL)) == [
        "safetensors-unreadable"
    ]


def test_lambda_layers() -> None:
    config = (
        b'\x89HDF{"class_name": "Lambda", "config": {"name": "l", "function": ["4wEAAAAAAA'
        + b"A" * 60
        + b'"]}}'
    )
    assert kinds(look_hdf5(config, "m.h5", Phase.CALL)) == ["model-lambda"]
    assert look_hdf5(b'\x89HDF{"class_name": "Dense"}', "m.h5", Phase.CALL) == Looked()


@given(st.binary(max_size=300))
def test_any_bytes_are_walked(data: bytes) -> None:
    looked(data)
    look_pickle(data, "x", Phase.CALL)
    look_numpy(b"\x93NUMPY" + data, "x", Phase.CALL)
    look_safetensors(data, "x", Phase.CALL)


@given(
    st.lists(
        st.sampled_from([op.code.encode("latin-1") for op in pickletools.opcodes if op.arg is None]),
        max_size=60,
    )
)
def test_any_opcodes_are_walked(codes: list[bytes]) -> None:
    looked(b"".join(codes) + b".\x93")


@pytest.mark.parametrize("unit", [b"(", b"]", b"\x94", b"]\x94(h\x00h\x00h\x00e", b"(t", b"K\x01\x85"])
def test_time_is_bounded(unit: bytes) -> None:
    started = time.process_time()
    looked(b"\x80\x04" + unit * (2_000_000 // len(unit)) + b"\x93")
    assert time.process_time() - started < 15


def test_deep_nesting_is_no_recursion() -> None:
    out = io.BytesIO()
    out.write(b"\x80\x02")
    out.write(b"]" * 100_000 + b"a" * 99_999 + b".\x93")
    looked(out.getvalue())
