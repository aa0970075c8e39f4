"""Files: opened, read, written, moved, deleted; paths as far as they are known."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from stockade.vetter import places
from stockade.vetter.acts import Kind, Origin, Taint, Taints
from stockade.vetter.places import PathKind
from stockade.vetter.python.effects import Call, Effect
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import MOST_CONTENT, Machine
from stockade.vetter.python.values import GAP, File, Value, cap, union

MOST_MEMBER = 4 << 20
"""Bytes of a member that is read as a constant."""
_ORIGIN_OF = (
    (PathKind.BROWSER, Origin.BROWSER),
    (PathKind.WALLET, Origin.WALLET),
    (PathKind.CREDENTIAL, Origin.CREDENTIAL),
    (PathKind.SOURCE_CODE, Origin.CODE),
)


_HOME_FOLDERS = re.compile(
    r"(?:~|%userprofile%|…)/(?:onedrive/)?(?:documents|desktop|downloads|pictures|onedrive)(?:/…|/\*.*)?$",
    re.IGNORECASE,
)
"""A person's folders as a whole, or whatever lies in one."""


def path_value(text: str, taints: Taints = frozenset(), *, as_object: bool = False) -> Value:
    """A path of which the text is known in part."""
    if as_object:
        return Value(name="pathlib.Path()", ref=File(text, taints=taints), text=text, taints=taints)
    if GAP not in text and text:
        return Value(text, taints=taints, built=True)
    return Value(text=text, taints=taints)


def _shown(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value.ref, File):
        return value.ref.path
    return value.shown or GAP


def origin_of_path(m: Machine, frame: Frame, node: ast.AST, text: str, built: Taints = frozenset()) -> Taint:
    """Where what is read from a path comes from."""
    at = m.at(frame, node)
    kinds = places.path(text)
    for kind, origin in _ORIGIN_OF:
        if kind in kinds:
            return Taint(origin, kinds.what(kind) or text[:120], at)
    if GAP in text and any(taint.detail == "working folder" for taint in built):
        return Taint(Origin.CODE, "files of the working folder", at)
    if _HOME_FOLDERS.match(text.replace("\\", "/")):
        return Taint(Origin.CODE, "the user's own files", at)
    if text.startswith(f"~/{GAP}"):
        return Taint(Origin.CODE, "files of the home folder", at)
    return Taint(Origin.FILE, text[:120] or GAP, at)


def _open(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    path = call.get(0, "file", "filename", "path")
    text = _shown(path)
    mode = call.text(1, "mode") or "r"
    return opened(m, frame, node, text, mode, path.all_taints() if path is not None else frozenset())


def opened(m: Machine, frame: Frame, node: ast.AST, text: str, mode: str, built: Taints) -> Value:
    """An open file; opening to write is an act already, one opened to read carries what it holds."""
    if any(letter in mode for letter in "wax+"):
        m.act(frame, node, Kind.WRITE, "open", target=text, target_taints=built, note=f"mode {mode}")
        return Value(name="open()", ref=File(text, mode, built), text=text)
    held = read(m, frame, node, text, built).taints
    return Value(name="open()", ref=File(text, mode, built), text=text, taints=held)


def written_below(m: Machine, text: str) -> Taints:
    """Origins of everything that was written to a path or below it."""
    found: set[Taint] = set()
    for path, (taints, _) in m.written.items():
        if path == text or (text and path.startswith(f"{text}/")):
            found |= taints
    return cap(frozenset(found))


_NO_MODULE = frozenset(
    {
        "json",
        "txt",
        "csv",
        "xml",
        "yaml",
        "yml",
        "toml",
        "ini",
        "cfg",
        "html",
        "css",
        "md",
        "rst",
        "log",
        "lock",
    }
    | {"png", "jpg", "jpeg", "gif", "svg", "pdf", "npy", "npz", "h5", "parquet", "sqlite", "db", "pem", "crt"}
)
"""Endings of files that no import finds in a folder."""


def importable_below(m: Machine, text: str) -> Taints:
    """Origins of what was written to a path, or below it where an import may find it."""
    found: set[Taint] = set()
    for path, (taints, _) in m.written.items():
        inside = path.startswith(f"{text}/") and path.rpartition(".")[2].lower() not in _NO_MODULE
        if path == text or inside:
            found |= taints
    return cap(frozenset(found))


def read(m: Machine, frame: Frame, node: ast.AST, text: str, built: Taints = frozenset()) -> Value:
    """What reading a path gives: the member's content where the distribution ships it, else its origin."""
    if text in m.written:
        taints, content = m.written[text]
        return Value(content, taints=taints) if content else Value(taints=taints)
    member = m.world.beside(frame.module.path, text)
    if member:
        taint = Taint(Origin.OWN_FILE, member, m.at(frame, node))
        try:
            data = m.world.read(member)
        except KeyError:
            return Value(taints=frozenset({taint}))
        if len(data) <= MOST_MEMBER:
            return Value(data.decode("utf-8", "surrogateescape"), taints=frozenset({taint}))
        return Value(taints=frozenset({taint}))
    m.act(frame, node, Kind.READ, "read", target=text)
    return Value(taints=frozenset({origin_of_path(m, frame, node, text, built)}))


def write(m: Machine, frame: Frame, node: ast.AST, text: str, value: Value) -> None:
    """Write ``value`` to a path."""
    taints = value.all_taints()
    content = value.shown if value.known else ""
    old, before = m.written.get(text, (frozenset(), ""))
    if text and text != GAP:
        m.written[text] = (cap(old | taints), (before + content)[: MOST_CONTENT * 64])
    m.act(frame, node, Kind.WRITE, "write", target=text, payload=taints, content=value.shown)


def on_file(m: Machine, frame: Frame, node: ast.AST, call: Call, method: str) -> Value | None:
    """A method of an open file or a path object."""
    owner = call.owner
    if owner is None or not isinstance(owner.ref, File):
        return None
    path = owner.ref.path
    if method in {"read", "readline", "read_text", "read_bytes"}:
        value = read(m, frame, node, path, owner.ref.taints)
        if isinstance(value.const, str) and (method == "read_bytes" or "b" in owner.ref.mode):
            value.const = value.const.encode("utf-8", "surrogateescape")
        return value
    if method in {"readlines", "__iter__"}:
        value = read(m, frame, node, path)
        if isinstance(value.const, str):
            return Value(value.const.splitlines(keepends=True), taints=value.taints)
        return value
    if method in {"write", "write_text", "write_bytes", "writelines"} and call.arguments:
        write(m, frame, node, path, call.arguments[0])
        return Value()
    if method in {"close", "flush", "seek", "fileno", "truncate"}:
        return Value()
    return _on_path(m, frame, node, call, method, path)


_SAME = frozenset({"resolve", "absolute", "expanduser", "as_posix", "__enter__", "__str__", "__fspath__"})


def _on_path(m: Machine, frame: Frame, node: ast.AST, call: Call, method: str, path: str) -> Value | None:
    owner = call.owner
    taints = owner.taints if owner is not None else frozenset()
    if method in _SAME:
        return path_value(path, taints, as_object=method not in {"as_posix", "__str__", "__fspath__"})
    if method in {"joinpath", "with_name", "__truediv__"}:
        return path_value(
            "/".join([path, *(_shown(each) for each in call.arguments)]), taints, as_object=True
        )
    if method == "with_suffix":
        return path_value(f"{path.rpartition('.')[0] or path}{call.text(0)}", taints, as_object=True)
    if method == "open":
        return opened(m, frame, node, path, call.text(0, "mode") or "r", taints)
    if method in {"glob", "rglob", "iterdir"}:
        found = f"{path}/{call.text(0) or GAP}"
        return Value(items=[path_value(found, taints, as_object=True)])
    if method in {"unlink", "rmdir"}:
        m.act(frame, node, Kind.DELETE, f"path.{method}", target=path)
        return Value(None)
    if method in {"rename", "replace", "symlink_to", "hardlink_to", "chmod", "touch"}:
        target = path if method in {"chmod", "touch", "symlink_to", "hardlink_to"} else _shown(call.get(0))
        old = m.written.get(path, (frozenset(), ""))
        if target != path:
            m.written[target] = old
        m.act(frame, node, Kind.WRITE, f"path.{method}", target=target, payload=old[0], note=call.text(0))
        return Value(None)
    if method in {"exists", "is_file", "is_dir", "stat", "mkdir"}:
        return Value()
    return None


ARCHIVE_METHODS = frozenset({"write", "add", "writestr"})


def method_of_path(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """Methods of temporary files and archives, which have names of their own."""
    owner_name, _, method = call.name.rpartition(".")
    if owner_name in {"zipfile.ZipFile()", "tarfile.open()"} and method in {"write", "add", "writestr"}:
        if call.owner is not None and call.arguments:
            text = _shown(call.arguments[0])
            found = (
                origin_of_path(m, frame, node, text, call.arguments[0].taints)
                if method != "writestr"
                else None
            )
            extra = frozenset({found}) if found is not None else union(call.arguments[1:])
            call.owner.taints = cap(call.owner.taints | extra)
            if isinstance(call.owner.items, list):
                for buffer in call.owner.items:  # an archive in memory
                    buffer.taints = cap(buffer.taints | extra)
            where = call.owner.text
            old = m.written.get(where, (frozenset(), ""))
            m.written[where] = (cap(old[0] | extra), old[1])
        return Value(None)
    return None


# -- functions of the standard library ----------------------------------------------------------------


def _join(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    parts = [_shown(each) for each in call.arguments]
    return path_value("/".join(part for part in parts if part), union(call.arguments))


def _path(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    parts = [_shown(each) for each in call.arguments] or ["."]
    return path_value("/".join(parts), union(call.arguments), as_object=True)


def _home(*_: object) -> Value:
    return path_value("~", as_object=True)


def _here(m: Machine, frame: Frame, node: ast.AST, _call: Call) -> Value:
    """The working folder: a path, and a fact about the machine."""
    fact = Taint(Origin.HOST, "working folder", m.at(frame, node))
    return path_value(GAP, frozenset({fact}), as_object=True)


def _same_path(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    value = call.get(0)
    return path_value(_shown(value), value.taints if value is not None else frozenset())


def _parent(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    text = call.text(0)
    return path_value(text.rpartition("/")[0] or (GAP if GAP in text else "."), union(call.arguments))


def _last(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    return path_value(call.text(0).replace("\\", "/").rpartition("/")[2], union(call.arguments))


def _temporary(what: str) -> Effect:
    def make(m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
        suffix = call.text(-1, "suffix")
        text = m.unknown_text(f"/tmp/{what}", suffix)  # noqa: S108 - a name in an analysed program, not one of ours
        if what == "folder":
            return Value(text=text, name="tempfile.TemporaryDirectory()")
        if what == "pair":
            return Value(items=[Value(), Value(text=text)])
        return Value(name="open()", ref=File(text, "w+b"), text=text)

    return make


def _temp_root(*_: object) -> Value:
    return Value(text="/tmp/…")  # noqa: S108 - a name in an analysed program, not one of ours


def _moves(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """Copy, move, rename, link: the second path holds what the first did."""
    source, target = _shown(call.get(0, "src")), _shown(call.get(1, "dst"))
    taints, content = m.written.get(source, (frozenset(), ""))
    if source not in m.written:
        member = m.world.beside(frame.module.path, source)
        origin = (
            Taint(Origin.OWN_FILE, member, m.at(frame, node))
            if member
            else origin_of_path(m, frame, node, source)
        )
        taints = frozenset({origin})
    m.written[target] = (taints, content)
    m.act(frame, node, Kind.WRITE, call.name, target=target, payload=taints, content=content)
    return path_value(target)


def _chmod(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    path = _shown(call.get(0, "path"))
    taints = m.written.get(path, (frozenset(), ""))[0]
    m.act(
        frame, node, Kind.WRITE, call.name, target=path, payload=taints, note=f"mode {call.text(1, 'mode')}"
    )
    return Value(None)


def _deletes(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    m.act(frame, node, Kind.DELETE, call.name, target=_shown(call.get(0, "path")))
    return Value(None)


def _walks(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """Listings: the names below a folder, not known but for the folder."""
    root = _shown(call.get(0, "top", "path", "pathname"))
    taints = call.arguments[0].taints if call.arguments else frozenset()
    below = Value(text=f"{root}/{GAP}" if "*" not in root else root, taints=taints)
    if call.name == "os.walk":
        name = Value(items=[Value(text=GAP)])
        return Value(items=[Value(items=[Value(text=f"{root}/{GAP}", taints=taints), name, name])])
    _ = (m, frame, node)
    return Value(items=[Value(text=GAP) if call.name == "os.listdir" else below])


def _reads_by_name(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """Data of a package: ``pkgutil.get_data``, ``importlib.resources``."""
    text = call.text(1, "resource", "path") or call.text(0)
    return read(m, frame, node, text)


def _resource(_m: Machine, _frame: Frame, _node: ast.AST, _call: Call) -> Value:
    return path_value("", as_object=True)


def _expands(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    return path_value(_shown(call.get(0)), union(call.arguments))


def _sql(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    text = _shown(call.get(0, "database"))
    taints = m.written.get(text, (frozenset({origin_of_path(m, frame, node, text)}), ""))[0]
    m.act(frame, node, Kind.READ, call.name, target=text)
    return Value(name=f"{call.name}()", taints=taints)


def _archive(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """An archive that is written or read: what it holds comes from its path."""
    text = _shown(call.get(0, "file", "name"))
    mode = call.text(1, "mode") or "r"
    given = call.get(0, "file", "name") or call.keywords.get("fileobj")
    if "r" in mode:
        held = (
            given.all_taints()
            if given is not None and not isinstance(given.ref, File) and not given.shown
            else None
        )
        taints = held or read(m, frame, node, text).taints
        return Value(name=f"{call.name}()", text=text, taints=taints)
    buffer = (
        call.get(0, "file", "fileobj")
        if call.get(0, "file", "name") is not None
        else call.keywords.get("fileobj")
    )
    if buffer is not None and not buffer.known and not buffer.text:
        return Value(name=f"{call.name}()", items=[buffer], text=m.unknown_text("archive"))
    m.act(frame, node, Kind.WRITE, call.name, target=text)
    return Value(name=f"{call.name}()", text=text)


def _make_archive(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    root = _shown(call.get(2, "root_dir"))
    taints = written_below(m, root) or frozenset({origin_of_path(m, frame, node, root)})
    target = f"{call.text(0, 'base_name')}.{call.text(1, 'format') or 'zip'}"
    m.written[target] = (taints, "")
    return path_value(target, taints)


def _extracts(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    target = call.text(1, "extract_dir") or call.text(0, "path")
    taints = union([call.owner] if call.owner is not None else call.arguments[:1])
    m.act(frame, node, Kind.WRITE, call.name, target=target, payload=taints)
    if target:
        m.written[target] = (taints, "")
    return Value(taints=taints)


SAVERS = frozenset(
    {"save", "savefig", "to_csv", "to_file", "export", "dump", "imwrite", "shot", "screenshot", "write_to"}
)


def saved(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """A method by which an object outside the package saves itself: into a path, or into a buffer."""
    if call.name.rpartition(".")[2] not in SAVERS or not call.everything:
        return None
    taints = (
        union([*call.everything, *([call.owner] if call.owner is not None else [])]) | call.function.taints
    )
    for each in call.everything[:3]:
        if isinstance(each.ref, File) or each.shown:
            text = _shown(each)
            if places.path(text) or "/" in text or "." in text:
                m.written[text] = (taints, "")
                m.act(frame, node, Kind.WRITE, call.name, target=text, payload=taints)
        elif not each.known and each.items is None:
            each.taints = cap(each.taints | taints)
    return None


def _copies_file(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """``shutil.copyfileobj(source, target)``."""
    source, target = call.get(0, "fsrc"), call.get(1, "fdst")
    if source is not None and target is not None:
        held = source.all_taints()
        if isinstance(source.ref, File):
            held |= read(m, frame, node, source.ref.path).taints
        if isinstance(target.ref, File):
            write(m, frame, node, target.ref.path, Value(taints=held))
        else:
            target.taints = cap(target.taints | held)
    return Value(None)


def _dump_to_file(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """``json.dump(data, file)``."""
    data, file = call.get(0), call.get(1, "fp", "file")
    if data is not None and file is not None and isinstance(file.ref, File):
        write(m, frame, node, file.ref.path, Value(taints=data.all_taints()))
    elif data is not None and file is not None:
        file.taints = cap(file.taints | data.all_taints())
    return Value(None)


def _site(*_: object) -> Value:
    return Value(items=[Value(text=f"{GAP}/site-packages")], text=f"{GAP}/site-packages")


def _find_spec(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value:
    given = call.get(0, "name") or Value()
    name = (given.shown or GAP).replace(".", "/")
    text = f"site-packages/{name}/__init__.py"
    return Value(name="importlib.util.find_spec()", text=text, items={"name": given})


_Maker = Callable[[Machine, Frame, ast.AST, Call], Value]

EFFECTS: dict[str, Effect] = {
    "json.dump": _dump_to_file,
    "pickle.dump": _dump_to_file,
    "site.getsitepackages": _site,
    "site.getusersitepackages": _site,
    "sysconfig.get_path": _site,
    "sysconfig.get_paths": _site,
    "distutils.sysconfig.get_python_lib": _site,
    "importlib.util.find_spec": _find_spec,
    "open": _open,
    "file": _open,
    "os.open": _open,
    "os.fdopen": _open,
    "gzip.open": _open,
    "tokenize.open": _open,
    "pathlib.Path": _path,
    "pathlib.Path.home": _home,
    "pathlib.Path.cwd": _here,
    "os.path.join": _join,
    "os.path.abspath": _same_path,
    "os.path.realpath": _same_path,
    "os.path.normpath": _same_path,
    "os.path.expandvars": _expands,
    "os.path.expanduser": _expands,
    "os.fspath": _same_path,
    "os.path.dirname": _parent,
    "os.path.basename": _last,
    "tempfile.gettempdir": _temp_root,
    "tempfile.NamedTemporaryFile": _temporary("file"),
    "tempfile.TemporaryFile": _temporary("file"),
    "tempfile.mkstemp": _temporary("pair"),
    "tempfile.mktemp": _temporary("path"),
    "tempfile.mkdtemp": _temporary("folder"),
    "tempfile.TemporaryDirectory": _temporary("folder"),
    "shutil.copy": _moves,
    "shutil.copy2": _moves,
    "shutil.copyfile": _moves,
    "shutil.move": _moves,
    "shutil.copytree": _moves,
    "shutil.copyfileobj": _copies_file,
    "os.rename": _moves,
    "os.replace": _moves,
    "os.link": _moves,
    "os.symlink": _moves,
    "os.chmod": _chmod,
    "os.fchmod": _chmod,
    "os.remove": _deletes,
    "os.unlink": _deletes,
    "os.rmdir": _deletes,
    "shutil.rmtree": _deletes,
    "os.walk": _walks,
    "os.listdir": _walks,
    "os.scandir": _walks,
    "glob.glob": _walks,
    "glob.iglob": _walks,
    "pkgutil.get_data": _reads_by_name,
    "importlib.resources.read_text": _reads_by_name,
    "importlib.resources.read_binary": _reads_by_name,
    "pkg_resources.resource_string": _reads_by_name,
    "importlib.resources.files": _resource,
    "sqlite3.connect": _sql,
    "zipfile.ZipFile": _archive,
    "tarfile.open": _archive,
    "shutil.make_archive": _make_archive,
    "shutil.unpack_archive": _extracts,
    "zipfile.ZipFile().extractall": _extracts,
    "tarfile.open().extractall": _extracts,
}
