"""Which globals a pickle may name: data for :mod:`stockade.vetter.files.pickle`."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAFE_BUILTINS: Final = _words(
    """bool bytearray bytes complex dict enumerate filter float frozenset int list map object range reversed set slice
    str tuple type zip Exception ValueError TypeError KeyError IndexError RuntimeError StopIteration NotImplementedError
    AttributeError OSError IOError LookupError ArithmeticError ZeroDivisionError Warning UserWarning NotImplemented Ellipsis
    unicode long xrange basestring unichr None True False abs len max min round sorted sum divmod hash iter next"""
)
BUILTIN_MODULES: Final = frozenset({"builtins", "__builtin__", "__builtins__"})

DANGEROUS: Final[dict[str, str]] = {
    **dict.fromkeys(
        _words("os posix nt posixpath.os ntpath.os subprocess pty commands popen2 _posixsubprocess _winapi"),
        "starts processes",
    ),
    **dict.fromkeys(
        _words(
            "socket _socket ssl http urllib urllib2 requests aiohttp httpx smtplib ftplib telnetlib xmlrpc"
        ),
        "speaks to the network",
    ),
    **dict.fromkeys(_words("webbrowser antigravity"), "speaks to the network"),
    **dict.fromkeys(
        _words(
            "sys imp importlib runpy pkgutil zipimport code codeop pdb bdb cProfile profile timeit trace doctest"
        ),
        "runs or imports code",
    ),
    **dict.fromkeys(
        _words("marshal types _pickle pickle cPickle dill.loads shelve jsonpickle cloudpickle.loads"),
        "loads code",
    ),
    **dict.fromkeys(_words("ctypes _ctypes cffi mmap"), "reaches native code"),
    **dict.fromkeys(_words("shutil tempfile fileinput"), "changes files"),
    **dict.fromkeys(
        _words("threading multiprocessing asyncio concurrent _thread signal gc inspect"),
        "reaches the interpreter",
    ),
    **dict.fromkeys(_words("pip setuptools distutils ensurepip venv site sysconfig"), "installs packages"),
    **dict.fromkeys(_words("bdb test lib2to3 idlelib turtledemo tkinter"), "runs code"),
}
"""Modules (and all below them) that nothing which is data names, and why."""

DANGEROUS_NAMES: Final[dict[str, str]] = {
    **{
        f"{module}.{name}": why
        for module in ("builtins", "__builtin__", "__builtins__")
        for name, why in (
            *(
                (each, "runs code")
                for each in (
                    "eval",
                    "exec",
                    "execfile",
                    "compile",
                    "breakpoint",
                    "input",
                    "raw_input",
                    "apply",
                )
            ),
            *(
                (each, "reaches any attribute")
                for each in ("globals", "locals", "vars", "delattr", "setattr", "help", "__dict__")
            ),
            ("__import__", "imports any name"),
            ("open", "opens files"),
            ("file", "opens files"),
        )
    },
    "torch.hub.load": "runs code from elsewhere",
    "torch.hub.load_state_dict_from_url": "fetches",
    "torch.load": "loads code",
    "torch.jit.load": "loads code",
    "torch.utils.cpp_extension.load": "compiles code",
    "torch.utils.cpp_extension.load_inline": "compiles code",
    "torch.utils.model_zoo.load_url": "fetches",
    "torch._inductor.codecache.compile_file": "compiles code",
    "torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression": "runs code",
    "torch.utils.bottleneck.__main__.run_cprofile": "runs code",
    "torch.utils.bottleneck.__main__.run_autograd_prof": "runs code",
    "torch.utils._config_module.ConfigModule.load_config": "loads code",
    "torch.utils.collect_env.run": "starts processes",
    "torch.distributed.rpc.server_process_global_profile": "runs code",
    "torch._dynamo.guards.GuardBuilder.get": "runs code",
    "torch.fx.experimental.symbolic_shapes": "runs code",
    "numpy.testing._private.utils.runstring": "runs code",
    "numpy.testing._private.utils.exec_command": "starts processes",
    "numpy.distutils.exec_command.exec_command": "starts processes",
    "numpy.f2py.crackfortran.getlincoef": "runs code",
    "numpy.f2py.crackfortran.param_eval": "runs code",
    "numpy.f2py.crackfortran._eval_length": "runs code",
    "numpy.f2py.diagnose.run_command": "starts processes",
    "numpy.load": "loads code",
    "numpy.fromregex": "reads files",
    "pandas.read_pickle": "loads code",
    "pandas.eval": "runs code",
    "joblib.load": "loads code",
    "sklearn.utils._joblib.load": "loads code",
    "operator.methodcaller": "calls any method",
    "_operator.methodcaller": "calls any method",
    "logging.config.listen": "listens",
    "logging.config._resolve": "imports any name",
    "uuid._get_command_stdout": "starts processes",
    "ensurepip._run_pip": "installs packages",
    "ctypes.util._findLib_gcc": "starts processes",
    "platform.popen": "starts processes",
    "platform._syscmd_ver": "starts processes",
    "functools.reduce": "calls any function",
    "_aix_support._read_cmd_output": "starts processes",
    "_osx_support._read_output": "starts processes",
    "_pyrepl.pager.pipe_pager": "starts processes",
    "pydoc.pipepager": "starts processes",
    "pydoc.locate": "imports any name",
    "pydoc.safeimport": "imports any name",
}
"""Single names that run code although their modules are ordinary."""

INDIRECT: Final[dict[str, str]] = {
    **{
        f"{module}.getattr": "reaches any attribute" for module in ("builtins", "__builtin__", "__builtins__")
    },
    "operator.attrgetter": "reaches any attribute",
    "_operator.attrgetter": "reaches any attribute",
    "functools.partial": "calls any function",
}
"""Names that are honest in most pickles: dangerous only together with another dangerous or unknown name."""

SAFE_MODULES: Final = _words(
    """numpy numpy.core numpy._core numpy.ma numpy.random numpy.dtypes numpy.matrixlib numpy.linalg numpy.polynomial
    numpy.rec scipy pandas sklearn torch torchvision torchaudio collections _collections collections.abc
    datetime _datetime decimal _decimal fractions uuid copyreg copy_reg _codecs codecs array re sre_compile enum
    functools itertools operator _operator pathlib pathlib._local argparse ipaddress string statistics random
    time _io io __main__ types.SimpleNamespace typing dataclasses zoneinfo calendar weakref abc heapq bisect
    struct zlib base64 math cmath joblib xgboost lightgbm catboost statsmodels nltk spacy thinc gensim networkx
    transformers tokenizers sentence_transformers diffusers accelerate peft datasets keras tensorflow jax jaxlib
    flax optax cloudpickle dill polars pyarrow xarray shapely astropy sympy PIL h5py imblearn category_encoders
    skorch onnx hmmlearn umap hdbscan pytz dateutil tzlocal ultralytics fairseq timm lightning pytorch_lightning
    omegaconf munch easydict bs4 lxml matplotlib seaborn bokeh plotly rdkit Bio biom skimage cv2 numba llvmlite
    dask distributed prefect ray attr attrs pydantic"""
)
"""Modules whose classes pickles of data hold; what stands in them and runs code is in :data:`DANGEROUS_NAMES`."""
