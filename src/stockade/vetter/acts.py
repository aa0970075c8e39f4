"""What code does, as the analyses tell it to the detectors: acts, and the taints that flow into them.

An *act* is one effect on the world (a request, a process, a write) in one place, with the earliest phase
in which it happens. A *taint* is the origin of data: it travels with values through assignments, calls and
modules, and remembers how it was transformed. A detector looks at acts and never at syntax.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from stockade.model.locations import Location
from stockade.model.vetting import Phase, Step


class Origin(StrEnum):
    """Where data comes from."""

    ENVIRONMENT = "environment"
    """The whole process environment."""
    VARIABLE = "variable"
    """One variable of it, named in ``Taint.detail``."""
    CREDENTIAL = "credential"
    """A file or store of credentials (ssh, netrc, pypirc, cloud, kube, docker, keyring, model hub cache …)."""
    BROWSER = "browser"
    """Browser profiles, cookies, saved passwords, messenger tokens."""
    WALLET = "wallet"
    """Wallet files; private keys, seed phrases, mnemonics held in variables or parameters of such names."""
    METADATA_SERVICE = "metadata-service"
    """A cloud's instance metadata endpoint."""
    HOST = "host"
    """Host facts: host name, user, addresses, platform, working folder, installed packages."""
    CLIPBOARD = "clipboard"
    KEYS = "keys"
    """Keystrokes."""
    SCREEN = "screen"
    """Screen, camera, microphone."""
    CODE = "code"
    """Source trees, notebooks, repositories of the user."""
    FILE = "file"
    """Any other file outside the package; the path is in ``Taint.detail``."""
    OWN_FILE = "own-file"
    """A file that the distribution itself ships."""
    SECRET = "secret"  # noqa: S105 - the name of a kind of origin, no secret
    """A parameter or variable that is named like a secret (password, token, api_key …)."""
    PARAMETER = "parameter"
    """A parameter of a function that the user calls."""
    INTERCEPTED = "intercepted"
    """What others pass to a function of a library, where the code put its own in that one's place."""
    FETCHED = "fetched"
    """Came from the network."""
    DECODED = "decoded"
    """Was hidden: base64, hex, compression, xor, reversed, character codes, marshal."""
    DECRYPTED = "decrypted"
    OUTPUT = "output"
    """Output of a command that was started; the command is in ``Taint.detail``."""
    RECEIVED = "received"
    """Read from a socket that the code itself connected: a controller's orders."""


@dataclass(frozen=True, slots=True)
class Taint:
    """One origin of a value."""

    origin: Origin
    detail: str
    """What exactly, in words: ``os.environ``, ``~/.ssh/id_rsa``, an address."""
    at: Location
    via: tuple[Step, ...] = ()
    """Transformations since, at most a few, the first ones kept."""

    def through(self, what: str, at: Location) -> Taint:
        """The same origin after one more transformation (at most six are remembered)."""
        if len(self.via) >= _MOST_STEPS or (self.via and self.via[-1].what == what):
            return self
        return replace(self, via=(*self.via, Step(role="transformation", what=what, location=at)))

    @property
    def order(self) -> tuple[Origin, str, Location, tuple[Step, ...]]:
        """What taints are sorted by: all that tells them apart, so that the same one is told in every run."""
        return self.origin, self.detail, self.at, self.via

    @property
    def chain(self) -> tuple[Step, ...]:
        """The source step and the transformations."""
        what = f"{self.detail} ({self.origin})" if self.detail else self.origin.value
        return (Step(role="source", what=what, location=self.at), *self.via)


_MOST_STEPS = 6

WRITTEN = "written to a file"
"""The step of data that were put into a file which is started then."""

Taints = frozenset[Taint]
NO_TAINTS: Taints = frozenset()


class Kind(StrEnum):
    """What an act does to the world."""

    SEND = "send"
    """Data leave by a network request, socket, mail or message. ``payload`` is what leaves."""
    FETCH = "fetch"
    """Data are asked for over the network; what comes back carries ``FETCHED``."""
    CONNECT = "connect"
    """A raw socket is connected."""
    LISTEN = "listen"
    RESOLVE = "resolve"
    """A DNS name is looked up. ``payload`` is what the name is built from."""
    EXECUTE = "execute"
    """Code is run in this interpreter: exec, eval, a loaded code object. ``payload`` is the code's origin."""
    SPAWN = "spawn"
    """A process or shell is started. ``target`` is the command line as far as it is known."""
    READ = "read"
    WRITE = "write"
    """A file is written, appended to, renamed, linked, or made executable. ``target`` is its path."""
    DELETE = "delete"
    LOAD = "load"
    """Something that runs code when loaded: a native library, a pickle, marshalled code."""
    IMPORT = "import"
    """A module is imported by a name that is computed or hidden."""
    PATCH = "patch"
    """Other code's attributes are replaced, or file descriptors are wired (``dup2`` on 0, 1, 2)."""
    CAPTURE = "capture"
    """Clipboard, keys, screen, camera, microphone are taken."""
    USE = "use"
    """A secret is handed to a library that signs in, encrypts or signs with it: what it is for."""
    REGISTER = "register"
    """Something is made to run later: registry, scheduler, service manager."""
    WAIT = "wait"
    """Sleep or timer; ``target`` is the seconds where known."""
    PROBE = "probe"
    """Looks for a sandbox, debugger, virtual machine, locale or a particular host."""


UNSEEN = "unseen"
"""The note of code that is run and of which neither origin nor text is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One effect, in one place."""

    kind: Kind
    callee: str
    """Qualified name of what does it: ``requests.post``, ``os.system``, ``sh:curl``, ``js:fetch``."""
    at: Location
    phase: Phase
    scope: str = ""
    """``module:function`` (or a path), so that acts of one scope can be put together."""
    target: str = ""
    """Address, path, command line, code or name, as far as it is known; ``…`` stands for what is not."""
    payload: Taints = NO_TAINTS
    """Origins of the data that flow into it (body, code, content, command)."""
    target_taints: Taints = NO_TAINTS
    """Origins of what the target is built from."""
    content: str = ""
    """The text or code that is sent, written or executed, where it is a constant; shortened."""
    hidden: bool = False
    """The code that does it was itself hidden (decoded, or reached by names put together)."""
    note: str = ""
    """A further fact a detector may need: file mode, ``shell=True``, guard conditions."""
